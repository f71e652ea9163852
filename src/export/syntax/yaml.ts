import { stringify } from 'yaml';

/**
 * One or more YAML documents. All texts are in double quotes with escapes (YAML 1.2.2 §7.3.1), so that no reader takes
 * one for a number, a truth value or a null, whichever version it speaks; lines are never folded.
 * @param comment A line before the first document
 */
export function yamlText(comment: string, ...documents: readonly unknown[]): string {
  const texts = documents.map((document) =>
    stringify(document, {
      defaultStringType: 'QUOTE_DOUBLE',
      defaultKeyType: 'PLAIN',
      lineWidth: 0,
      aliasDuplicateObjects: false,
    }),
  );
  return `# ${comment}\n${texts.join('---\n')}`;
}
