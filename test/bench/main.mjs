// Measures what egresslock costs, each figure in paired runs, and prints the table of the README.
import { connects } from './connects.mjs';
import { decisions } from './decisions.mjs';
import { execs } from './execs.mjs';
import { hook } from './hook.mjs';
import { importing } from './import.mjs';
import { install } from './install.mjs';
import { startUp } from './start-up.mjs';
import { transfer } from './transfer.mjs';

const parts = {
  'start-up': startUp,
  decisions,
  connects,
  execs,
  hook,
  transfer,
  install,
  import: importing,
};
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => parts[name] === undefined);
if (unknown !== undefined) {
  console.error(`expected any of ${Object.keys(parts).join(', ')}, got ${unknown}`);
  process.exit(2);
}
console.log('| what | target | median | spread | runs |\n|---|---|---|---|---|');
for (const [name, part] of Object.entries(parts)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const row of await part()) {
    console.log(`| ${row.what} | ${row.target} | ${row.median} | ${row.low} – ${row.high} | ${row.runs} |`);
  }
}
