import type { Actor, ActorId, ManifestWitness, Preload } from '../../model/actor.js';
import { isNode } from '../../model/lifecycle.js';
import type { Passport } from '../../model/passport.js';
import { ActorBudget } from './actor-budget.js';
import { ExecRecord, witnessManifest } from './exec-record.js';
import { type Image, imageKey } from './image.js';
import type { SupervisorMessage } from './messages.js';
import { NodeExecutables } from './preload.js';
import { type ExecCaller, ProcessTable } from './process-table.js';

/** A process that has just become a new image, of which `#record` holds the rest. */
interface FreshExec {
  readonly caller: ExecCaller;
  readonly image: Image;
  readonly parent: Actor | null;
  readonly manifest: ManifestWitness | null;
  readonly preload: Preload | null;
}

/** What an exec book needs to know of its run. */
export interface ExecBookOptions {
  /** Epoch milliseconds of the run's start. */
  readonly epoch: number;
  /** By what a process is known to preload the hook; null where there is none. */
  readonly passport: Passport | null;
}

/** Who makes a call. */
export interface Caller {
  /** Of the thread's process; good until the next call of `callerOf`. */
  readonly pidfd: number;
  readonly actorId: ActorId | null;
}

/** Which actor each process is: follows it from the execve that it asks for to its first call as the new program. */
export class ExecBook {
  readonly #post: (message: SupervisorMessage) => void;
  readonly #now: () => number;
  readonly #table = new ProcessTable();
  readonly #actors = new Map<ActorId, Actor>();
  /** Processes between their execve and their first call after it, as they were when they called. */
  readonly #pending = new Map<number, ExecCaller>();
  readonly #record = new ExecRecord();
  readonly #budget = new ActorBudget();
  readonly #launchers = new Set<number>();
  readonly #passport: Passport | null;
  readonly #nodes: NodeExecutables;
  #nextActor = 1;
  #commandSeen = false;
  #isLimited = false;

  /** @param now Milliseconds since the run's start */
  constructor(
    { epoch, passport }: ExecBookOptions,
    post: (message: SupervisorMessage) => void,
    now: () => number,
  ) {
    this.#post = post;
    this.#now = now;
    this.#passport = passport;
    this.#nodes = new NodeExecutables(epoch);
  }

  /** Null where the thread has gone. */
  callerOf(tid: number): Caller | null {
    const found = this.#table.find(tid);
    if (found === null) return null;
    // A program without a C library makes no startup call: its exec is finished at the first call we see.
    const fresh = this.#read(found.group, false);
    if (fresh === null) return { pidfd: found.pidfd, actorId: found.actor };
    this.#enter(fresh);
    // What was known of its threads is forgotten by that, the descriptor included.
    const entered = this.#table.find(tid);
    return entered === null ? null : { pidfd: entered.pidfd, actorId: entered.actor };
  }

  /** A held thread asks for an exec. It may go on once `release` was called, and what is left is done after that. */
  ask(tid: number, release: () => void): void {
    const caller = this.#table.caller(tid);
    const fresh = caller === null ? null : this.#read(caller.group, false);
    release();
    if (caller === null) return;
    const actor = fresh === null ? caller.actor : this.#enter(fresh);
    this.#pending.set(caller.group, actor === caller.actor ? caller : { ...caller, actor });
  }

  /** A held process makes the start-up call of its C library. It may go on once all is read that it could change then. */
  start(group: number, release: () => void): void {
    const fresh = this.#read(group, true);
    release();
    if (fresh !== null) this.#enter(fresh);
  }

  stop(): void {
    this.#table.stop();
  }

  /** Reads what a held process has become by its pending exec; null where there is none, or it is no one's business. */
  #read(group: number, hasStarted: boolean): FreshExec | null {
    const caller = this.#pending.get(group);
    if (caller === undefined) return null;
    const image = this.#table.newImage(caller, hasStarted);
    if (image === null) return null;
    this.#pending.delete(group);
    const record = this.#record;
    record.read(group, image);
    // Afterwards the variable is the command's own word, by which it could hide whatever it starts.
    if (record.isLauncher && !this.#commandSeen) {
      this.#launchers.add(group);
      return null;
    }
    // Before the command there are only egresslock's own helpers, some of which don't carry the launch variable.
    if (!this.#commandSeen && !this.#launchers.has(group)) return null;
    this.#commandSeen = true;
    const parent = caller.actor === null ? null : (this.#actors.get(caller.actor) ?? null);
    const manifest = witnessManifest(record, parent);
    return { caller, image, parent, manifest, preload: this.#preloadOf(group, image, record) };
  }

  #preloadOf(group: number, image: Image, record: ExecRecord): Preload | null {
    if (this.#passport === null) return null;
    const isGenuine = this.#nodes.runs(group, record.executable);
    // A Node that has come in this run has a hook that speaks, and is no liar for it; it is only not believed.
    if (!isGenuine && !isNode(record.executable)) return null;
    const order = record.preload(this.#passport);
    if (order === null) return null;
    return { image: imageKey(image), isFirst: isGenuine && order === 'first' && !this.#table.isKnown(image) };
  }

  /** Null where there are too many actors already. */
  #enter({ caller, image, parent, manifest, preload }: FreshExec): ActorId | null {
    const { executable, cwd, environment } = this.#record;
    const argv = this.#record.argv();
    const actor: Actor = {
      id: this.#nextActor++,
      parentId: parent?.id ?? null,
      pid: caller.group,
      startedAt: this.#now(),
      executable,
      argv,
      cwd,
      environment,
      manifest,
      preload,
    };
    if (!this.#budget.take(actor)) {
      this.#table.becomesNobody(caller, image);
      if (!this.#isLimited) this.#post({ type: 'limit' });
      this.#isLimited = true;
      return null;
    }
    this.#actors.set(actor.id, actor);
    this.#table.becomes(caller, actor.id, image);
    this.#post({ type: 'exec', actor });
    return actor.id;
  }
}
