import type { Mask } from './mask.js';

/** Single-quotes a word for sh(1). */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Name of the variable by which the supervisor tells egresslock's own helpers from the command. */
export const LAUNCH_VARIABLE = 'EGRESSLOCK_LAUNCH';

/** Exit code of the holder or the first process where a step of the set-up failed. */
export const SETUP_FAILED = 125;

/**
 * The script of the holder: the process that keeps the sandbox's network, mount and ipc namespaces alive until its
 * standard input closes. It says `ready` when the mounts are as they must be.
 */
export function holderScript(masks: readonly Mask[], asRoot: boolean, keepFolder: string): string {
  const lines = ['set -eu', 'echo user', 'ip link set lo up'];
  const kept = masks.filter((mask) => mask.kind === 'keep').map((mask) => mask.path);
  // What must survive an emptied folder is bound aside first, and bound back below.
  lines.push(`mount -t tmpfs -o mode=700,size=1m egresslock ${quote(keepFolder)}`);
  kept.forEach((path, index) => {
    const aside = `${keepFolder}/${index}`;
    lines.push(
      `if [ -e ${quote(path)} ]; then : > ${quote(aside)}; mount --bind ${quote(path)} ${quote(aside)}; fi`,
    );
  });
  for (const mask of masks) {
    const path = quote(mask.path);
    if (mask.kind === 'empty') {
      lines.push(`if [ -d ${path} ]; then mount -t tmpfs -o mode=755,size=64m egresslock ${path}; fi`);
    } else if (mask.kind === 'null') {
      // A socket may have gone since it was listed; one that is there and can't be masked is a hole.
      lines.push(`if [ -e ${path} ]; then mount --bind /dev/null ${path} || [ ! -e ${path} ]; fi`);
    }
  }
  kept.forEach((path, index) => {
    const aside = quote(`${keepFolder}/${index}`);
    const folder = quote(path.slice(0, path.lastIndexOf('/')));
    lines.push(
      `if [ -e ${aside} ]; then mkdir -p ${folder}; : > ${quote(path)}; mount --bind ${aside} ${quote(path)}; fi`,
    );
  });
  lines.push('mkdir -p /run/lock; chmod 1777 /run/lock');
  lines.push('if [ -d /run ]; then ln -s /dev/shm /run/shm; fi');
  if (asRoot) {
    lines.push(
      'while read -r _ at _; do case $at in /sys|/sys/*) mount -o remount,bind,ro "$at" 2>/dev/null || true;; esac; done < /proc/mounts',
    );
  }
  lines.push('echo ready', 'read -r _ || exit 0');
  return lines.join('\n');
}

/**
 * The script of the sandbox's first process: waits for the command, collects orphans (a shell waiting for its child
 * does), tells the exit code on descriptor 3, and ends all that is left when descriptor 4 closes.
 * Arguments: the working folder, then the launcher and the command.
 */
export function initScript(asRoot: boolean): string {
  const lines = ['cd "$1" || exit 125', 'shift'];
  if (asRoot) {
    // A real root could write kernel settings (core_pattern, sysrq) that act outside of every namespace.
    lines.push(
      'for at in sys bus fs irq; do [ -d /proc/$at ] || continue',
      'mount --bind /proc/$at /proc/$at && mount -o remount,bind,ro /proc/$at || exit 125; done',
      '[ ! -e /proc/sysrq-trigger ] || mount --bind /dev/null /proc/sysrq-trigger || exit 125',
    );
  }
  lines.push(
    // The shell's own remarks ("Terminated") must not reach the command's terminal.
    'exec 5>&2 2>/dev/null',
    '"$@" 2>&5 3>&- 4<&- 5>&-',
    'code=$?',
    'echo "$code" >&3',
    'read -r _ <&4',
    'exit "$code"',
  );
  return lines.join('\n');
}
