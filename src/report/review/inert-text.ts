/*
 * What is printed in a CI job is read by its runner, too: a line that begins with `::name::`, after blanks, is a command
 * to GitHub's, and `##[name]` or `##vso[name]` anywhere in a line is one to GitHub's older and to Azure's.
 */
const AT_START = /^(\s*):(?=:)/gm;
const ANYWHERE = /##(?=\w*\[)/g;

/** Text for a terminal of which no runner takes a line for a command, made visible in the way of `plainText`. */
export function inertText(text: string): string {
  return text.replace(AT_START, '$1\\u{3a}').replace(ANYWHERE, '#\\u{23}');
}
