/* The licences of the packages whose code a bundle holds, as these licences want it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Text with each package's name, version and licence, in order of the names. `modules`: files that were bundled. */
export function licensesOf(modules) {
  const folders = new Set();
  for (const file of modules) {
    const folder = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    if (folder !== undefined) folders.add(folder);
  }
  const entries = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/i.test(one));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
    return { name, text: `${name} ${version}\n\n${text}\n` };
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.map(({ text }) => text).join(`\n${'-'.repeat(80)}\n\n`);
}
