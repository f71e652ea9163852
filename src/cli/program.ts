import { Command, Option } from 'commander';
import { FORMATS } from '../export/format.js';
import { MODES } from '../model/run.js';
import type { Caller } from '../run/caller.js';
import type { Opening } from '../run/opening.js';
import { DIFF_FORMAT_NAMES, REVIEW_FORMAT_NAMES } from './format-names.js';
import {
  collect,
  config,
  database,
  failOn,
  json,
  lock,
  parseLimit,
  parsePhase,
  parseWait,
  threatList,
} from './options.js';
import { formatOption, outputOption } from './outputs.js';
import { ownVersion } from './own-version.js';

/** Runs listed where the user names no number. */
const LISTED = 20;
/** Seconds that a detonated package may go on for once it is loaded. */
const WAIT = 10;

/**
 * The command line; a command's own modules are loaded when it is called, which start-up feels. Each command gives its
 * exit code to `finish`; errors are thrown.
 * @param args The command line, without Node and the script in it
 * @param opening Of a run, where one was begun before the command line was read
 */
export function createProgram(
  args: readonly string[],
  caller: Caller,
  opening: Opening | null,
  finish: (code: number) => void,
): Command {
  const program = new Command('egresslock')
    .description('A lockfile for outbound traffic: who in the dependency tree talks to whom.')
    .version(ownVersion())
    .exitOverride()
    .showHelpAfterError('(egresslock --help lists the commands)')
    .enablePositionalOptions();
  const definitions: { name: string; description: string; build: (command: Command) => void }[] = [];
  const define = (name: string, description: string, build: (command: Command) => void): void => {
    definitions.push({ name, description, build });
  };

  define('run', 'run a command in the sandbox and tell who talked to whom', (command) =>
    command
      .argument('<command...>', 'the command, after --')
      .passThroughOptions()
      .addOption(
        new Option(
          '--mode <mode>',
          'observe: watch and record; enforce: only what the policy allows leaves; sinkhole: nothing leaves, and all is answered',
        ).choices(MODES),
      )
      .option(
        '--phase <name>',
        'install, build, test or a name of your own (default: by the command)',
        parsePhase,
      )
      .addOption(lock())
      .addOption(database())
      .addOption(config())
      .addOption(threatList())
      .option('--json <file>', 'write the report as JSON')
      .option('--pcap <file>', 'keep the packets as a capture')
      .option(
        '--socket <path>',
        "leave one of the host's Unix sockets reachable; may be repeated",
        collect,
        [],
      )
      .option(
        '--hide <folder>',
        'show the command an empty folder in place of this one; may be repeated',
        collect,
        [],
      )
      .addOption(failOn())
      .option(
        '--base <revision>',
        'compare with the lock and the package lock of a commit, and tell what brought each difference',
      )
      .addOption(outputOption(REVIEW_FORMAT_NAMES))
      .option('--no-hook', 'do not ask node processes which package is behind a connection')
      .option('--answers <file>', 'in a sinkhole: what requests are answered with (default: an empty 200)')
      .option('--reveal', 'in a sinkhole: keep values of queries and headers and beginnings of bodies', false)
      .addOption(
        new Option(
          '--registry <url>',
          'in a sinkhole: what the package manager itself may reach; may be repeated',
        )
          .argParser(collect)
          .default([]),
      )
      .option('--quiet', 'print the report only where something is wrong', false)
      .action(async (words: string[], flags) =>
        finish(await (await import('./commands/run.js')).run(words, flags, caller, opening)),
      ),
  );
  define('detonate', 'install and load a package where nothing leaves, and tell what it tried', (command) =>
    command
      .argument('<package>', 'NAME@VERSION')
      .option('--answers <file>', 'what requests are answered with (default: an empty 200)')
      .option('--reveal', 'keep values of queries and headers and beginnings of bodies', false)
      .option(
        '--registry <url>',
        'where packages come from (default: as npm is set); may be repeated',
        collect,
        [],
      )
      .option(
        '--wait <seconds>',
        'how long the package may go on once it is loaded, each way',
        parseWait,
        WAIT,
      )
      .addOption(json())
      .action(async (name: string, flags) =>
        finish(await (await import('./commands/detonate.js')).detonate(name, flags)),
      ),
  );
  define('check', 'hold the latest run of each phase against the lock', (command) =>
    command
      .addOption(lock())
      .addOption(config())
      .addOption(threatList())
      .addOption(database())
      .addOption(failOn())
      .option(
        '--base <revision>',
        'compare with the lock and the package lock of a commit, and tell what brought each difference',
      )
      .addOption(formatOption(REVIEW_FORMAT_NAMES))
      .addOption(outputOption(REVIEW_FORMAT_NAMES))
      .addOption(json())
      .action(async (flags) => finish(await (await import('./commands/check.js')).check(flags))),
  );
  define(
    'diff',
    'tell what is new, gone and changed, and which change of dependencies brought it',
    (command) =>
      command
        .argument('<base>', 'a lock, a database of runs, a run, or a commit that has a lock')
        .argument('<head>', 'likewise')
        .addOption(lock())
        .addOption(database())
        .option('--exit-code', 'exit with 1 where they differ, as git diff has it', false)
        .addOption(formatOption(DIFF_FORMAT_NAMES))
        .addOption(outputOption(DIFF_FORMAT_NAMES))
        .addOption(json())
        .action(async (base: string, head: string, flags) =>
          finish((await import('./commands/diff.js')).diff(base, head, flags)),
        ),
  );
  define('accept', 'write what was seen into the lock', (command) =>
    command
      .argument('[run]', 'a run (default: the latest of each phase)')
      .option('--phase <name>', 'only this phase', parsePhase)
      .addOption(lock())
      .addOption(database())
      .action(async (run: string | undefined, flags) =>
        finish((await import('./commands/accept.js')).accept(run, flags)),
      ),
  );
  define('allowlist', 'print the smallest list of destinations that works', (command) =>
    command
      .option('--phase <name>', 'only this phase', parsePhase)
      .addOption(new Option('--format <name>', 'what it is written as').choices(FORMATS))
      .addOption(new Option('--omit <kind>', 'leave out what only dev dependencies need').choices(['dev']))
      .option('--widen', 'put each wildcard that is proposed in the place of its hosts', false)
      .option('--strict', 'write nothing where the target would let out more or less than the list', false)
      .addOption(
        new Option(
          '--redirection <way>',
          'inspect: each name of a CNAME chain must be on the list; trust: the name that was asked is enough',
        ).choices(['inspect', 'trust']),
      )
      .option('--block-response <answer>', 'of unlisted names: nxdomain, nodata or override=NAME', 'nxdomain')
      .option('--resolver <address>', 'the resolver that the target asks')
      .addOption(lock())
      .addOption(config())
      .addOption(database())
      .addOption(new Option('--json', 'the same as --format json').default(false).conflicts('format'))
      .action(async (flags) => finish(await (await import('./commands/allowlist.js')).allowlist(flags))),
  );
  define('explain', 'who talks to a host, or whom a package talks to', (command) =>
    command
      .argument('<host|package>')
      .addOption(database())
      .addOption(json())
      .action(async (subject: string, flags) =>
        finish((await import('./commands/explain.js')).explain(subject, flags)),
      ),
  );
  define('runs', 'list the kept runs, newest first', (command) =>
    command
      .option('--limit <number>', 'at most so many', parseLimit, LISTED)
      .addOption(database())
      .addOption(json())
      .action(async (flags) => finish((await import('./commands/runs.js')).runs(flags))),
  );
  define('show', 'print the report of a kept run', (command) =>
    command
      .argument('[run]', 'a run or the beginning of its id', 'latest')
      .addOption(lock())
      .addOption(database())
      .addOption(formatOption(REVIEW_FORMAT_NAMES))
      .addOption(outputOption(REVIEW_FORMAT_NAMES))
      .addOption(json())
      .action(async (run: string, flags) =>
        finish(await (await import('./commands/show.js')).show(run, flags)),
      ),
  );
  define('report', 'write one page about kept runs, for a browser', (command) =>
    command
      .argument('[runs...]', 'runs or the beginnings of their ids (default: the latest of each phase)')
      .requiredOption('--html <file>', 'the page to write; - for standard output')
      .option('--base <revision>', 'compare with the lock and the package lock of a commit')
      .addOption(lock())
      .addOption(config())
      .addOption(database())
      .action(async (runs: string[], flags) =>
        finish(await (await import('./commands/report.js')).report(runs, flags)),
      ),
  );
  define('import', 'make a run of a capture file, and tell who talked to whom', (command) =>
    command
      .argument('<file>', 'a capture in the format pcap or pcapng')
      .option('--phase <name>', 'a name for the phase', parsePhase, 'import')
      .option(
        '--resolver <address>',
        'address of a resolver that the clients were given, all others being their own choice; may be repeated',
        collect,
        [],
      )
      .addOption(lock())
      .addOption(config())
      .addOption(threatList())
      .addOption(database())
      .option('--json <file>', 'write the report as JSON')
      .addOption(failOn())
      .action(async (file: string, flags) =>
        finish(await (await import('./commands/import.js')).importFile(file, flags)),
      ),
  );
  define('doctor', 'tell whether a sandbox can be made here, and what is lacking', (command) =>
    command
      .addOption(json())
      .action(async (flags) => finish((await import('./commands/doctor.js')).doctor(flags))),
  );

  const asked = definitions.filter(({ name }) => name === args[0]);
  // One that is asked for by its name needs none of the others.
  for (const { name, description, build } of asked.length > 0 ? asked : definitions) {
    const command = program
      .command(name)
      .description(description)
      .exitOverride()
      .showHelpAfterError(`(egresslock ${name} --help lists its options)`);
    build(command);
  }
  return program;
}
