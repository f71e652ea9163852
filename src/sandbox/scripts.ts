import { join } from 'node:path';
import type { Mask } from './mask.js';

/** Single-quotes a word for sh(1). */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Name of the variable by which the supervisor tells egresslock's own helpers from the command. */
export const LAUNCH_VARIABLE = 'EGRESSLOCK_LAUNCH';

/** Exit code of the holder or the first process where a step of the set-up failed. */
export const SETUP_FAILED = 125;

/** Parts of /proc through which a real root could act outside of every namespace (core_pattern, PCI, file systems). */
const KERNEL_SETTINGS = ['/proc/sys', '/proc/bus', '/proc/fs', '/proc/irq'];

/** Where the mounts of the command's own /proc are listed; in the holder's folder. */
const PROC_TABLE = 'proc';
/** Where the mounts below /sys are listed; in the holder's folder. */
const SYS_TABLE = 'sys';

/**
 * The script of the holder: the process that keeps the sandbox's network, mount and ipc namespaces alive until its
 * standard input closes; it makes the mounts.
 */
export function holderScript(masks: readonly Mask[], asRoot: boolean, folder: string): string {
  const table = quote(join(folder, 'masks'));
  const aside = (index: number): string => join(folder, String(index));
  const lines = ['set -eu', 'ip link set lo up'];
  lines.push(`mount -t tmpfs -o mode=700,size=1m egresslock ${quote(folder)}`);
  // What must survive an emptied folder is bound aside first.
  masks.forEach(({ kind, path }, index) => {
    const [from, to] = [quote(path), quote(aside(index))];
    if (kind === 'keep') lines.push(`if [ -e ${from} ]; then : > ${to}; mount --bind ${from} ${to}; fi`);
    if (kind === 'files')
      lines.push(`if [ -d ${from} ] && [ ! -L ${from} ]; then ${filesAside(from, to)}; fi`);
  });
  // One mount(8) for all of them: a program for each would be felt at every start.
  const rows = masks.flatMap((mask, index) => maskLines(mask, aside(index)));
  lines.push('list() {', ...rows, '}', `list > ${table}`);
  // A socket may go between being listed and being masked; one that is there and can't be masked is a hole.
  lines.push(`mount -a -T ${table} 2>/dev/null || { list > ${table}; mount -a -T ${table}; }`);
  masks.forEach(({ kind, path }, index) => {
    const [from, to] = [quote(aside(index)), quote(path)];
    if (kind === 'keep') {
      const parent = quote(path.slice(0, path.lastIndexOf('/')));
      // What has come with `files` is there already, and the host's own: nothing may be written into it.
      const back = `mkdir -p ${parent}; : > ${to}; mount --bind ${from} ${to}`;
      lines.push(`if [ -e ${from} ] && [ ! -e ${to} ]; then ${back}; fi`);
    }
    // Where what is hidden lies among them, there must be no second view.
    if (kind === 'files') lines.push(`if [ -d ${from} ]; then umount -l ${from}; fi`);
  });
  lines.push('if [ -d /run ]; then mkdir -m 1777 /run/lock; ln -s /dev/shm /run/shm; fi');
  if (asRoot) lines.push(...readOnlyLines(quote(join(folder, SYS_TABLE)), quote(join(folder, PROC_TABLE))));
  return lines.join('\n');
}

/** Commands that bind all regular files below a folder into a new one, with the folders and links around them. */
function filesAside(from: string, to: string): string {
  const each = (type: string, commands: string): string =>
    `find . -type ${type} ! -name . -exec sh -c 'for at do ${commands}; done' ${to} {} +`;
  const copies = [
    each('d', 'mkdir -m "$(stat -c %a "$at")" "$0/$at"; chown "$(stat -c %u:%g "$at")" "$0/$at"'),
    each('l', 'cp -P "$at" "$0/$at"'),
    // Not by `:`, whose failed redirection would end the shell, and lose all that come after (POSIX, special built-ins).
    each('f', 'true > "$0/$at" && mount --bind "$at" "$0/$at" || rm -f "$0/$at"'),
  ];
  const make = `mkdir ${to}; mount -t tmpfs -o mode=755,size=4m egresslock ${to}`;
  // What can't be listed by whoever makes this is left out.
  return `${make}; (cd ${from}; ${copies.join('; ')}) 2>/dev/null || true`;
}

/** @param aside Where `files` were bound */
function maskLines(mask: Mask, aside: string): string[] {
  const path = quote(mask.path);
  switch (mask.kind) {
    case 'empty':
      return [
        `if [ -d ${path} ]; then ${print(row('egresslock', mask.path, 'tmpfs', 'mode=755,size=64m'))}; fi`,
      ];
    case 'null':
      return [`if [ -e ${path} ]; then ${print(row('/dev/null', mask.path, 'none', 'bind'))}; fi`];
    case 'file':
      return [`if [ -e ${path} ]; then ${print(row(mask.source, mask.path, 'none', 'bind'))}; fi`];
    case 'files':
      return [
        `if [ -d ${quote(aside)} ]; then ${print(row(aside, mask.path, 'none', 'rbind,X-mount.mkdir'))}; fi`,
      ];
    case 'keep':
      return [];
  }
}

/** What a real root must not write; /proc itself comes later, with the command's own pid namespace. */
function readOnlyLines(sysTable: string, table: string): string[] {
  return [
    `while read -r _ at _; do case $at in /sys|/sys/*) echo "none $at none remount,bind,ro 0 0";; esac; done < /proc/mounts > ${sysTable}`,
    `mount -a -T ${sysTable} 2>/dev/null || true`,
    `for at in ${KERNEL_SETTINGS.join(' ')}; do if [ -d $at ]; then echo "$at $at none bind,ro 0 0"; fi; done > ${table}`,
    `if [ -e /proc/sysrq-trigger ]; then ${print(row('/dev/null', '/proc/sysrq-trigger', 'none', 'bind'))}; fi >> ${table}`,
  ];
}

/** Prints a line as it is: what echo(1) makes of a backslash differs from shell to shell. */
function print(line: string): string {
  return `printf '%s\\n' ${quote(line)}`;
}

/** A row of fstab(5), in which blanks and backslashes are octal. */
function row(source: string, target: string, type: string, options: string): string {
  const escaped = (field: string): string =>
    field.replaceAll(/[\\ \t\n]/g, (character) => {
      return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
    });
  return `${escaped(source)} ${escaped(target)} ${type} ${options} 0 0`;
}

/**
 * The script of the sandbox's first process: runs the command once there is a line on descriptor 4, waits for it,
 * collects orphans (a shell waiting for its child does), tells the exit code on descriptor 3, and ends all that is left
 * when descriptor 4 closes.
 * Arguments: the working folder, then the command.
 * @param launcher Words of the shell that come before the command
 */
export function initScript(asRoot: boolean, folder: string, launcher: string): string {
  const lines = ['cd "$1" || exit 125', 'shift'];
  if (asRoot) lines.push(`mount -a -T ${quote(join(folder, PROC_TABLE))} || exit 125`);
  lines.push(
    // Where egresslock has gone meanwhile, nothing is run.
    `read -r _ <&4 || exit ${SETUP_FAILED}`,
    // A Ctrl-C is the command's alone: the subshell has the default again, and the code is still told.
    'trap : INT',
    // The shell's own remarks ("Killed") must not reach the command's terminal. The subshell keeps the redirections to
    // itself: dash would have them in force while it waits, and remark there.
    'exec 5>&2 2>/dev/null',
    `( exec ${launcher} "$@" 2>&5 3>&- 4<&- 5>&- )`,
    'code=$?',
    'echo "$code" >&3',
    'read -r _ <&4',
    'exit "$code"',
  );
  return lines.join('\n');
}
