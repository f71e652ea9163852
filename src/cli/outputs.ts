import { InvalidArgumentError, Option } from 'commander';
import { inertText } from '../report/review/inert-text.js';
import { UsageError } from './usage-error.js';
import { mustBeWritable, writeFile } from './write.js';

/** What `--output` names. */
export interface Output {
  readonly format: string;
  readonly file: string;
}

/** How a command that has formats is asked for them. */
export interface OutputFlags {
  readonly format: string;
  readonly output: readonly Output[];
  /** The same as the format `json`. */
  readonly json: boolean;
}

/** Formats that each command has of its own: for a person, and for programs. */
export const OWN_FORMATS = ['terminal', 'json'] as const;

export function formatOption(formats: readonly string[]): Option {
  return new Option('--format <name>', 'what to write to standard output')
    .choices([...OWN_FORMATS, ...formats])
    .default('terminal');
}

export function outputOption(formats: readonly string[]): Option {
  return new Option('--output <name=file>', 'write a format to a file; may be repeated')
    .argParser((value: string, others: readonly Output[]): Output[] => {
      const [, format = '', file = ''] = /^([^=]*)=(.+)$/s.exec(value) ?? [];
      const names = ['json', ...formats];
      if (!names.includes(format))
        throw new InvalidArgumentError(`expected NAME=FILE with one of ${names.join(', ')} as NAME`);
      return [...others, { format, file }];
    })
    .default([]);
}

/** Proves that all files can be written, before anything is read. @throws UsageError */
export function prepareOutputs({ output }: OutputFlags): void {
  for (const { file } of output) mustBeWritable(file);
}

/** Formats that are asked for, each once. */
export function formatsAsked({ format, output, json }: OutputFlags): ReadonlySet<string> {
  return new Set([json ? 'json' : format, ...output.map((one) => one.format)]);
}

/** What makes each of a command's formats. */
export type FormatTexts = Readonly<Record<string, () => string>>;

/** Writes what was asked for. @throws UsageError */
export function writeOutputs(flags: OutputFlags, texts: FormatTexts): void {
  writeFiles(flags.output, texts);
  process.stdout.write(textOf(flags.json ? 'json' : flags.format, texts));
}

/** Writes the files that were asked for. @throws UsageError */
export function writeFiles(outputs: readonly Output[], texts: FormatTexts): void {
  for (const { format, file } of outputs) writeFile(file, textOf(format, texts));
}

function textOf(format: string, texts: FormatTexts): string {
  const make = texts[format];
  if (make === undefined) throw new UsageError(`expected a format of this command, got ${format}`);
  return format === 'terminal' ? inertText(make()) : make();
}
