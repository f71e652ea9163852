import { AsyncLocalStorage } from 'node:async_hooks';
import type { Claim, ClaimNumber } from '../model/claim.js';
import type { Channel } from './channel.js';
import { secluded } from './primordials.js';
import { createStackTaker } from './stack.js';

/** Stacks that are remembered as told; a program with more tells some of them again. */
const REMEMBERED = 4096;
/** Pairs of name or socket and stack that are remembered as told. */
const TOLD_PAIRS = 16384;

/** A stack that was told, or the lack of one. */
export type StackRef = ClaimNumber | null;

export interface Reporter {
  /**
   * The stack of here; where no code of the program's is on it, the one that `within` was given. One that could not be
   * told is a number that nobody has heard of, which is not the same as none.
   */
  here(): StackRef;
  /** Runs the action so that what it leads to later, on an empty stack, is still known to come from there. */
  within<T>(ref: StackRef, action: () => T): T;
  tell(claim: Claim): void;
  /** Tells a claim unless the same one was told before. False where it was lost. */
  tellOnce(key: string, claim: Claim): boolean;
  /** Tells that from now on others may speak in the hook's place. */
  expose(): void;
  /** Exposes as soon as the condition is seen to hold, at the latest before the next claim. */
  exposeWhen(condition: () => boolean): void;
}

export function createReporter(given: Channel, ownFile: string): Reporter {
  let isExposed = false;
  let isLooking = (): boolean => false;
  const expose = (): void => {
    if (isExposed) return;
    isExposed = true;
    given.send({ kind: 'exposed' });
  };
  const channel: Channel = {
    send: (claim) => {
      if (!isExposed && isLooking()) expose();
      return given.send(claim);
    },
  };
  const takeStack = createStackTaker(ownFile);
  const told = secluded(new Map<string, ClaimNumber>());
  const pairs = secluded(new Set<string>());
  let last: ClaimNumber = 0;
  // An idle AsyncLocalStorage costs nothing; one that something was run in costs every promise a little.
  const carrier = secluded(new AsyncLocalStorage<StackRef>());
  let isCarrying = false;
  return {
    here: () => {
      const taken = takeStack();
      if (taken === null) return isCarrying ? (carrier.getStore() ?? null) : null;
      const known = told.get(taken.key);
      if (known !== undefined) return known;
      last += 1;
      if (!channel.send({ kind: 'stack', id: last, frames: taken.frames() })) return last;
      if (told.size >= REMEMBERED) told.clear();
      told.set(taken.key, last);
      return last;
    },
    within: (ref, action) => {
      isCarrying = true;
      return carrier.run(ref, action);
    },
    tell: (claim) => {
      channel.send(claim);
    },
    tellOnce: (key, claim) => {
      if (pairs.has(key)) return true;
      if (pairs.size >= TOLD_PAIRS) pairs.clear();
      if (!channel.send(claim)) return false;
      pairs.add(key);
      return true;
    },
    expose,
    exposeWhen: (condition) => {
      isLooking = condition;
    },
  };
}
