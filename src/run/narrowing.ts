import type { FlowAttempt } from '../capture/gate.js';
import type { ActorId } from '../model/actor.js';
import type { Decision, Policy, Question, Speaker } from '../model/policy.js';

/** Who stands behind what a process does in which code of many packages runs, in the lock's words: its own claim. */
export interface Inside {
  /** Those who have asked for a name; empty where nobody is known to have. */
  lookUp(actorId: ActorId, name: string): readonly string[];
  /** All who have used a flow by now; null where it is claimed and nobody has yet. */
  flow(attempt: FlowAttempt): readonly string[] | null;
  /** What a process is called where nobody inside of it is known. */
  itself(actorId: ActorId): string;
}

/** What is asked, but for whom. */
export type Place = Pick<Question, 'host' | 'port' | 'protocol'>;

/** A decision, and those inside of the process to whom it is a refusal, where it is one to them. */
export interface Narrowed extends Decision {
  readonly refusedTo?: readonly string[];
}

/**
 * Holds what a process may do by the rules of its packages against the package that does it. What the process claims can
 * only take away here: a lie opens no more than the rules of all its packages do.
 */
export interface Narrowing {
  /** @param asked The name that was asked for; the place may be a link of its CNAME chain */
  lookUp(actorId: ActorId | null, asked: string, place: Place, decision: Decision): Narrowed;
  flow(attempt: FlowAttempt, place: Place, decision: Decision): Narrowed;
  /** Who has used the flow by now; nobody where it is not known, or a process speaks for one package alone. */
  usersOf(attempt: FlowAttempt): readonly string[];
  /** Whether bytes that are about to leave on a flow call for its users to be asked about again. */
  isStale(attempt: FlowAttempt): boolean;
}

export interface NarrowingOptions {
  readonly policy: Policy;
  readonly phase: string;
  readonly speakerOf: (actorId: ActorId | null) => Speaker;
  /** Null where packages inside of processes are not told apart: nothing is narrowed then. */
  readonly inside: Inside | null;
}

export function createNarrowing({ policy, phase, speakerOf, inside }: NarrowingOptions): Narrowing {
  /** Flows that pass by rules for certain packages, and who had used them. */
  const users = new WeakMap<FlowAttempt, string>();
  /** Those whose hello has left before anybody had used them. */
  const greeted = new WeakSet<FlowAttempt>();
  const isOpen = (actorId: ActorId | null, { rule }: Decision): boolean =>
    rule !== null && rule.packages !== null && speakerOf(actorId).kind === 'any';
  const answersTo = (names: readonly string[], place: Place) =>
    names.map((name) => ({ name, ...policy.decide({ phase, speaker: { kind: 'one', name }, ...place }) }));
  return {
    lookUp: (actorId, asked, place, decision) => {
      if (inside === null || actorId === null || !passes(decision) || !isOpen(actorId, decision))
        return decision;
      const answers = answersTo(inside.lookUp(actorId, asked), place);
      // A name that is asked for carries nothing but itself: one of several who ask is enough.
      return answers.some(passes) ? decision : refusalOf(answers, decision);
    },
    flow: (attempt, place, decision) => {
      const { actorId } = attempt;
      if (inside === null || actorId === null || !passes(decision) || !isOpen(actorId, decision))
        return decision;
      const names = inside.flow(attempt);
      // Clients that keep connections make some before a request is put on them: its hello may leave, and nothing else.
      const isHello = place.protocol === 'tls' && !greeted.has(attempt);
      const asked = names ?? (isHello ? [] : [inside.itself(actorId)]);
      const refused = answersTo(asked, place).filter((answer) => !passes(answer));
      users.set(attempt, refused.length === 0 ? keyOf(names) : REFUSED);
      return refusalOf(refused, decision);
    },
    usersOf: (attempt) => (speakerOf(attempt.actorId).kind === 'any' ? (inside?.flow(attempt) ?? []) : []),
    isStale: (attempt) => {
      const before = users.get(attempt);
      if (before === undefined || inside === null) return false;
      const names = inside.flow(attempt);
      const isFirst = !greeted.has(attempt);
      greeted.add(attempt);
      return keyOf(names) !== before || (names === null && !isFirst);
    },
  };
}

/** In the place of users: a flow that was refused is held against them each time. No word of the lock is empty. */
const REFUSED = '\0';

/** Whether a decision lets pass. */
export function passes({ action }: Decision): boolean {
  return action === 'allow' || action === 'alert';
}

/** @param refused Answers that don't let pass @param otherwise What holds where there are none */
function refusalOf(
  refused: readonly (Decision & { readonly name: string })[],
  otherwise: Decision,
): Narrowed {
  const [first] = refused;
  if (first === undefined) return otherwise;
  return { action: first.action, rule: first.rule, refusedTo: refused.map(({ name }) => name) };
}

function keyOf(names: readonly string[] | null): string {
  return names?.join('\0') ?? '';
}
