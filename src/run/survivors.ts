import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Processes named in a report, at most. */
const MAXIMUM = 50;

/**
 * The oldest child of a process, null where it has none. Orphans that it is given come behind those of its own
 * (kernel/exit.c, forget_original_parent).
 */
export function firstChild(pid: number): number | null {
  try {
    const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return first === undefined || first === '' ? null : Number(first);
  } catch {
    return null;
  }
}

/** Command lines of the processes that share the pid namespace of its first process, without that one; sorted. */
export function processesBeside(first: number): string[] {
  const namespace = pidNamespace(first);
  if (namespace === null) return [];
  const found: string[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === first || pidNamespace(pid) !== namespace) continue;
    const line = commandLine(pid);
    if (line !== null) found.push(line);
    if (found.length === MAXIMUM) break;
  }
  return found.sort();
}

function pidNamespace(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

/** Null for a zombie: it is dead, and has no command line any more. */
function commandLine(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return text === '' ? null : text.slice(0, 200);
  } catch {
    return null;
  }
}
