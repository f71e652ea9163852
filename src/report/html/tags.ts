import type { Verdict } from '../../model/event.js';
import type { Severity } from '../../model/finding.js';
import type { CaptureVerdict } from '../../model/run.js';
import { h, type MarkupElement } from './markup.js';

/** A word with a sign before it: never colour alone. */
function tag(kind: string, sign: string, word: string): MarkupElement {
  return h('span', { class: `tag ${kind}` }, h('span', { 'aria-hidden': 'true' }, sign), word);
}

export function newTag(): MarkupElement {
  return tag('new', '+', 'new');
}

export function severityTag(severity: Severity): MarkupElement {
  switch (severity) {
    case 'critical':
      return tag('grave', '▲', severity);
    case 'high':
      return tag('bad', '▲', severity);
    case 'medium':
      return tag('warning', '◆', severity);
    case 'low':
    case 'info':
      return tag('quiet', '○', severity);
  }
}

export function verdictTag(verdict: Verdict): MarkupElement {
  switch (verdict) {
    case 'allowed':
      return h('span', { class: 'faint' }, verdict);
    case 'blocked':
      return tag('bad', '⊘', verdict);
    case 'sunk':
      return tag('warning', '↓', verdict);
  }
}

export function captureTag(verdict: CaptureVerdict): MarkupElement {
  return verdict === 'complete'
    ? tag('good', '✓', 'capture complete')
    : tag('grave', '✕', verdict === 'none' ? 'nothing captured' : 'capture partial');
}
