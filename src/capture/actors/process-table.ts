import type { ActorId } from '../../model/actor.js';
import { close, pidfdGetfd, pidfdOpen } from '../../sandbox/libc.js';
import { CONSTANTS as C } from '../../sandbox/syscalls.js';
import { type Image, isSameImage } from './image.js';
import { ImageActors } from './image-actors.js';
import { readGroup } from './proc.js';
import { type ProcessStat, readStat, StatFiles } from './process-stat.js';

/*
 * Which exec record a thread belongs to. An exec gives a process a fresh image at addresses that the kernel chose at
 * random; every fork without an exec keeps them. So the image ties an orphan of an orphan to its exec, where parent ids
 * are long gone.
 */

/** Threads whose answer is remembered; each holds one descriptor. */
const REMEMBERED = 256;
/** Steps up the parents where the image is of no help. */
const MAXIMUM_ANCESTORS = 64;

interface Remembered {
  readonly pidfd: number;
  readonly group: number;
  readonly actor: ActorId | null;
}

/** A process opened for one of its threads. */
export interface OpenedProcess {
  readonly pidfd: number;
  readonly group: number;
  /** Whether the descriptor tells of the very thread, or, for the group's first one, of the process. */
  readonly isExact: boolean;
}

/** One process for good: an id alone is another's some time after its end. */
export interface ProcessIdentity {
  readonly group: number;
  /** `bornAt` of the thread group's first thread, whose id an exec keeps. */
  readonly bornAt: number;
}

/** Who asks for an exec. */
export interface ExecCaller extends ProcessIdentity {
  readonly actor: ActorId | null;
  /** What the thread runs now; null where it can't be read. */
  readonly image: Image | null;
}

export class ProcessTable {
  readonly #threads = new Map<number, Remembered>();
  readonly #images = new ImageActors();
  readonly #files = new StatFiles();
  /** The latest process of each id that has made an exec; `actor` null where it is nobody by intention. */
  readonly #groups = new Map<number, { readonly bornAt: number; readonly actor: ActorId | null }>();
  readonly #open: (tid: number) => OpenedProcess | null;
  /** Of what `find` said last, where it is not remembered. */
  #passing = -1;

  /** @param open What opens the process of a thread */
  constructor(open = openProcess) {
    this.#open = open;
  }

  /**
   * The actor of a living thread, with its thread group. The descriptor refers to the thread's process, and is good until
   * the next call of this.
   */
  find(tid: number): Remembered | null {
    const known = this.#threads.get(tid);
    if (known !== undefined) {
      if (isAlive(known.pidfd)) return known;
      this.#forget(tid);
    }
    this.#pass(-1);
    const opened = this.#open(tid);
    if (opened === null) return null;
    const { pidfd, group, isExact } = opened;
    const stat = readStat(tid);
    const first = stat?.isFirst === true ? stat : readStat(group);
    const actor = first === null ? null : this.#actorOf(stat?.image ?? null, group, first);
    const entry = { pidfd, group, actor };
    // The process may live on when the thread has gone, and the thread's id may be another process's by then.
    if (isExact) this.#remember(tid, entry);
    else this.#pass(pidfd);
    return entry;
  }

  /**
   * The actor of a thread that asks for an exec, with its thread group. No pidfd is kept for it, unlike by `find`: most
   * such processes are a shell's children, which ask for nothing else.
   */
  caller(tid: number): ExecCaller | null {
    const stat = this.#files.read(tid);
    if (stat === null) return null;
    const group = stat.isFirst ? tid : readGroup(tid);
    if (group === null) return null;
    const first = stat.isFirst ? stat : this.#files.read(group);
    if (first === null) return null;
    const actor = this.#actorOf(stat.image, group, first);
    return { group, actor, image: stat.image, bornAt: first.bornAt };
  }

  /**
   * What a process has become by the exec that it asked for; null where it has not, or not yet. Without address
   * randomisation the image may be one that another program had before.
   * @param hasStarted Whether it makes the start-up call: then it has, were the image the very one that it had before
   */
  newImage({ group, image: before, bornAt }: ExecCaller, hasStarted: boolean): Image | null {
    const stat = this.#files.read(group);
    // Its id may be another's by now: that one has asked for nothing.
    if (stat === null || stat.image === null || stat.bornAt !== bornAt) return null;
    const { image } = stat;
    return hasStarted || before === null || !isSameImage(image, before) ? image : null;
  }

  /** Whether another exec had the same image: address randomisation is off. */
  isKnown(image: Image): boolean {
    return this.#images.get(image) !== undefined;
  }

  /** Tells that the process has just become a new image, with what `newImage` said. */
  becomes({ group, bornAt }: ProcessIdentity, actor: ActorId, image: Image): void {
    this.#settle(group);
    this.#groups.set(group, { bornAt, actor });
    this.#images.set(image, this.isKnown(image) ? null : actor);
  }

  /** Tells that the process has become something of which nothing is kept: neither it nor its forks are anybody. */
  becomesNobody({ group, bornAt }: ProcessIdentity, image: Image): void {
    this.#settle(group);
    this.#groups.set(group, { bornAt, actor: null });
    // One that was somebody's proves nothing any more.
    if (this.isKnown(image)) this.#images.set(image, null);
  }

  stop(): void {
    this.#pass(-1);
    this.#files.stop();
    for (const tid of [...this.#threads.keys()]) this.#forget(tid);
  }

  /** What is known of a process's threads, and kept open for its exec, is over with that. */
  #settle(group: number): void {
    this.#files.drop(group);
    for (const [tid, entry] of this.#threads) if (entry.group === group) this.#forget(tid);
  }

  /** @param first What is known of the group's first thread */
  #actorOf(image: Image | null, group: number, first: ProcessStat): ActorId | null {
    const byImage = image === null ? undefined : this.#images.get(image);
    if (byImage !== undefined && byImage !== null) return byImage;
    let pid = group;
    let stat: ProcessStat | null = first;
    for (let step = 0; step < MAXIMUM_ANCESTORS && pid > 1 && stat !== null; step += 1) {
      const known = this.#groups.get(pid);
      // Of another process that had the id before, it says nothing.
      if (known?.bornAt === stat.bornAt) return known.actor;
      pid = stat.parent;
      stat = readStat(pid);
    }
    return null;
  }

  #pass(pidfd: number): void {
    if (this.#passing >= 0) close(this.#passing);
    this.#passing = pidfd;
  }

  #remember(tid: number, entry: Remembered): void {
    if (this.#threads.size >= REMEMBERED) {
      const oldest = this.#threads.keys().next().value;
      if (oldest !== undefined) this.#forget(oldest);
    }
    this.#threads.set(tid, entry);
  }

  #forget(tid: number): void {
    const entry = this.#threads.get(tid);
    if (entry === undefined) return;
    close(entry.pidfd);
    this.#threads.delete(tid);
  }
}

function openProcess(tid: number): OpenedProcess | null {
  // Without a flag only a thread group's leader can be opened, which most callers are.
  const leader = pidfdOpen(tid, 0);
  if (leader >= 0) return { pidfd: leader, group: tid, isExact: true };
  const group = readGroup(tid);
  if (group === null) return null;
  // Before Linux 6.9 a thread can't be opened; its leader has the same descriptors.
  const thread = pidfdOpen(tid, C.PIDFD_THREAD);
  const pidfd = thread >= 0 ? thread : pidfdOpen(group, 0);
  return pidfd < 0 ? null : { pidfd, group, isExact: thread >= 0 };
}

/** A descriptor number that no process has: the call then tells only whether the process lives. */
const NO_DESCRIPTOR = 0x7fffffff;

function isAlive(pidfd: number): boolean {
  return pidfdGetfd(pidfd, NO_DESCRIPTOR) !== -C.ESRCH;
}
