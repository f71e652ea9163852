import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Mask } from '../../src/sandbox/mask.js';
import { holderScript, initScript, quote, SETUP_FAILED } from '../../src/sandbox/scripts.js';

/** Milliseconds until a script that should have ended is ended. */
const TIMEOUT = 20_000;
const folder = mkdtempSync(join(tmpdir(), 'egresslock-scripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a quoted word is one word, and itself', () => {
  const word = fc.string({ unit: fc.constantFrom("'", '"', '\\', '$', '`', ' ', '\n', '*', 'a', 'é', '(') });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 20 }), (words) => {
      const script = `for word in ${words.map(quote).join(' ')}; do printf '%s\\0' "$word"; done`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(
        words.map((one) => `${one}\0`).join(''),
      );
    }),
    { seed: 1, numRuns: 30 },
  );
});

/** Runs the holder's script in mount and network namespaces of its own, after `before`, and then what is asked of it. */
function hold(masks: readonly Mask[], then: string, shell: readonly string[] = ['sh'], before = '') {
  const table = mkdtempSync(join(folder, 'holder-'));
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const namespaces = [...user, '--net', '--mount', '--propagation', 'private'];
  const script = `${before}\n${holderScript([{ kind: 'empty', path: '/run' }, ...masks], false, table)}\necho ready\n${then}`;
  return spawnSync('unshare', [...namespaces, '--', ...shell, '-c', script], {
    input: '\n',
    encoding: 'utf8',
    timeout: TIMEOUT,
  });
}

/** Names that are hard on a shell and on fstab(5). */
const NAMES = [
  'plain',
  'with blank',
  "quote's",
  'back\\slash',
  'back\\040slash',
  'tab\there',
  '$HOME',
  'line\nbreak',
  'hash#',
];

describe.each(NAMES)('at %j', (name) => {
  const hidden = join(folder, name);
  mkdirSync(hidden, { recursive: true });
  const file = join(hidden, 'secret');
  writeFileSync(file, 'secret');

  test('a folder is emptied, inside only', () => {
    const { stdout } = hold([{ kind: 'empty', path: hidden }], `ls -A ${quote(hidden)}`);
    expect(stdout).toBe('ready\n');
    expect(existsSync(file)).toBe(true);
  });

  test('a file is replaced', () => {
    const { stdout } = hold([{ kind: 'null', path: file }], `cat ${quote(file)}`);
    expect(stdout).toBe('ready\n');
  });

  test('a file has another one in its place', () => {
    const source = `${hidden}-other`;
    writeFileSync(source, 'other');
    const { stdout } = hold([{ kind: 'file', path: file, source }], `cat ${quote(file)}`);
    expect(stdout).toBe('ready\nother');
    expect(readFileSync(file, 'utf8')).toBe('secret');
  });

  test('what is kept of an emptied folder is there', () => {
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'keep', path: file },
    ];
    writeFileSync(join(hidden, 'other'), '');
    const { stdout } = hold(masks, `ls -A ${quote(hidden)}; cat ${quote(file)}`);
    expect(stdout).toBe('ready\nsecret\nsecret');
  });

  test('of a folder the files can be kept, with the folders and links around them, and nothing else', () => {
    const kept = join(hidden, 'kept');
    mkdirSync(join(kept, 'mounted'), { recursive: true });
    const mounted = quote(join(kept, 'mounted'));
    const before = [
      `mount -t tmpfs none ${mounted}; cd ${mounted}`,
      'mkdir -m 750 ..data; echo token > ..data/token; ln -s ..data/token token; mkfifo fifo; mkdir gone',
      `python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'; cd /`,
    ].join('; ');
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'files', path: kept },
      { kind: 'empty', path: join(kept, 'mounted', 'gone') },
    ];
    const then = `cd ${mounted}; find . | sort; cat token; stat -c %a ..data; echo later > new && cat new; ls -A ${quote(hidden)}`;
    const { stdout } = hold(masks, then, ['sh'], before);
    expect(stdout).toBe('ready\n.\n./..data\n./..data/token\n./gone\n./token\ntoken\n750\nlater\nkept\n');
  });

  test('a file that is kept twice is the host’s still', () => {
    const kept = join(hidden, 'once');
    mkdirSync(kept, { recursive: true });
    const one = join(kept, 'resolv.conf');
    writeFileSync(one, 'nameserver');
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'keep', path: one },
      { kind: 'files', path: kept },
    ];
    expect(hold(masks, `cat ${quote(one)}`).stdout).toBe('ready\nnameserver');
    expect(readFileSync(one, 'utf8')).toBe('nameserver');
  });

  test('a file that cannot be kept costs no other', () => {
    const kept = join(hidden, 'deep');
    mkdirSync(kept, { recursive: true });
    // Behind a path longer than the kernel takes (PATH_MAX), with others before and after it.
    const deeper = 'os.mkdir("n" * 200); os.chdir("n" * 200)';
    const before = [
      `mount -t tmpfs none ${quote(kept)}; cd ${quote(kept)}; mkdir a; echo before > a/file`,
      `python3 -c 'import os${`; ${deeper}`.repeat(25)}; open("file", "w")'`,
      `cd ${quote(kept)}; mkdir z; echo after > z/file; cd /`,
    ].join('; ');
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'files', path: kept },
    ];
    const then = `cd ${quote(kept)}; cat a/file z/file`;
    expect(hold(masks, then, ['sh'], before).stdout).toBe('ready\nbefore\nafter\n');
  });

  test('a link to a folder is not one whose files are kept', () => {
    const [link, target] = [join(hidden, 'link'), join(hidden, 'target')];
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'file'), 'hidden');
    rmSync(link, { force: true });
    symlinkSync(target, link);
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'files', path: link },
    ];
    expect(hold(masks, `ls -A ${quote(hidden)}`).stdout).toBe('ready\n');
  });

  test('of files that are kept there is no second view', () => {
    const kept = join(hidden, 'twice');
    mkdirSync(join(kept, 'sub'), { recursive: true });
    writeFileSync(join(kept, 'sub', 'file'), 'confidential');
    const masks: Mask[] = [
      { kind: 'empty', path: hidden },
      { kind: 'files', path: kept },
      { kind: 'empty', path: join(kept, 'sub') },
    ];
    const then = `find ${quote(kept)} ${quote(folder)}/holder-* -name file`;
    expect(hold(masks, then).stdout).toBe('ready\n');
  });
});

test.runIf(existsSync('/bin/bash'))('where sh is bash, names are masked all the same', () => {
  for (const name of NAMES) {
    const hidden = join(folder, name);
    const { stdout } = hold([{ kind: 'empty', path: hidden }], `ls -A ${quote(hidden)}`, ['bash', '--posix']);
    expect([name, stdout]).toEqual([name, 'ready\n']);
  }
});

test('what is gone when it is masked is passed over', () => {
  const gone = join(folder, 'gone');
  const masks: Mask[] = [
    { kind: 'null', path: gone },
    { kind: 'empty', path: gone },
    { kind: 'keep', path: gone },
  ];
  expect(hold(masks, 'echo on').stdout).toBe('ready\non\n');
});

test('what cannot be masked ends the holder before it is ready', () => {
  const { stdout, status } = hold([{ kind: 'null', path: folder }], 'echo on');
  expect(stdout).toBe('');
  expect(status).not.toBe(0);
});

/** Runs the first process's script; on descriptor 4 stands what egresslock says, and then it lets go. */
function init(command: readonly string[], workingFolder: string, said = '\n') {
  const code = join(folder, 'code');
  const fd = openSync(code, 'w');
  writeFileSync(join(folder, 'said'), said);
  const go = openSync(join(folder, 'said'), 'r');
  const { stdout, stderr, status } = spawnSync(
    'sh',
    ['-c', initScript(false, folder, ''), 'init', workingFolder, ...command],
    { stdio: ['ignore', 'pipe', 'pipe', fd, go], encoding: 'utf8', timeout: TIMEOUT },
  );
  closeSync(fd);
  closeSync(go);
  return { stdout, stderr, status, told: readFileSync(code, 'utf8') };
}

test('the first process runs the command where it was asked to, and tells how it ended', () => {
  const { stdout, stderr, told, status } = init(['sh', '-c', 'pwd; echo remark >&2; exit 7'], folder);
  expect([stdout, stderr, told, status]).toEqual([`${folder}\n`, 'remark\n', '7\n', 7]);
});

test('an interrupt of the first process is none of the command, whose code is told', () => {
  const { told, status } = init(['sh', '-c', 'kill -INT $PPID; kill -INT $$; exit 7'], folder);
  expect([told, status]).toEqual(['130\n', 130]);
  const spared = init(['sh', '-c', 'trap "" INT; kill -INT $PPID; exit 7'], folder);
  expect([spared.told, spared.status]).toEqual(['7\n', 7]);
});

test('nothing runs where egresslock has gone before it said so', () => {
  const { stdout, told, status } = init(['echo', 'ran'], folder, '');
  expect([stdout, told, status]).toEqual(['', '', SETUP_FAILED]);
});

test('a command that was killed is told by its signal, without a remark of the shell', () => {
  const { stderr, told } = init(['sh', '-c', 'kill -9 $$'], folder);
  expect([stderr, told]).toEqual(['', '137\n']);
});

test('the command does not get the descriptors of the set-up', () => {
  const look = 'for fd in 0 1 2 3 4 5; do if [ -e /proc/$$/fd/$fd ]; then echo $fd; fi; done';
  expect(init(['sh', '-c', look], folder).stdout).toBe('0\n1\n2\n');
});

test('without its working folder nothing runs', () => {
  const { stdout, told, status } = init(['echo', 'ran'], join(folder, 'missing'));
  expect([stdout, told, status]).toEqual(['', '', SETUP_FAILED]);
});
