import type { EgressDiff } from '../../model/diff.js';
import { type Paint, paintFor } from '../colour.js';
import { plainText } from '../plain-text.js';
import { keepStart, NARROWEST, padEnd, wrap } from '../width.js';
import { type DiffLine, diffCounts, diffLines, diffRemarks } from './diff-lines.js';

/** Cells of one text that are shown: names are as long as somebody hostile likes. */
const TEXT = 1000;
/** Differences that are shown; the rest is counted. */
const SHOWN = 200;
const LABEL = 'accepted'.length + 2;

/** What is new, changed and gone, for a terminal. */
export function diffText(
  diff: EgressDiff,
  options: { readonly colour: boolean; readonly width: number },
): string {
  const paint = paintFor(options.colour);
  const width = Math.max(NARROWEST, Math.floor(options.width) || 0);
  const lines = diffLines(diff);
  const shown = lines.slice(0, SHOWN);
  const more = lines.length - shown.length;
  const head = `${diff.base.label} > ${diff.head.label}: ${diffCounts(lines)}`;
  const blocks = [
    wrap(keepStart(plainText(head), TEXT), width).map(paint.strong),
    ...diffRemarks(diff).map((remark) => wrap(keepStart(plainText(remark), TEXT), width).map(paint.faint)),
    ...shown.map((line) => lineBlock(line, width, paint)),
    ...(more > 0 ? [[`and ${more} more`]] : []),
  ];
  return `${blocks.flat().join('\n')}\n`;
}

function lineBlock(line: DiffLine, width: number, paint: Paint): string[] {
  const cells = width - LABEL;
  const [first = '', ...rest] = [
    ...wrap(keepStart(plainText(`${line.place} by ${line.who} (${line.phase})`), TEXT), cells),
    ...[line.origin.phrase, ...line.remarks].flatMap((text) =>
      wrap(keepStart(plainText(text), TEXT), cells).map(paint.faint),
    ),
  ];
  return [
    paintOf(line, paint)(padEnd(line.kind, LABEL)) + first,
    ...rest.map((one) => ' '.repeat(LABEL) + one),
  ];
}

function paintOf({ kind }: DiffLine, paint: Paint): (text: string) => string {
  switch (kind) {
    case 'new':
      return paint.bad;
    case 'changed':
      return paint.warning;
    case 'accepted':
    case 'gone':
      return paint.faint;
  }
}
