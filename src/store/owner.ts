import { readFileSync } from 'node:fs';

/** Who writes a run: its process id, and when that process started, so that a reused id is not taken for it. */
export interface Owner {
  readonly pid: number;
  readonly start: string;
}

export function ownOwner(): Owner {
  return { pid: process.pid, start: startOf(process.pid) ?? '' };
}

/** Whether the process that wrote a run still lives. */
export function isAlive(owner: Owner): boolean {
  return startOf(owner.pid) === owner.start;
}

/** Field 22 of /proc/PID/stat (proc_pid_stat(5)); the second field may hold blanks and brackets. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
