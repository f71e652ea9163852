import { expect, test } from 'vitest';
import type { DeniedEvent, EgressEvent } from '../../src/model/event.js';
import { createLedger } from '../../src/run/ledger.js';

const denied = (id: number, what = 'icmp'): DeniedEvent => ({
  kind: 'denied',
  id,
  at: id,
  actorId: null,
  what,
  address: null,
  port: null,
});

function ledger(limits: { events: number; text: number }) {
  const journal: EgressEvent[] = [];
  const told: EgressEvent[] = [];
  const made = createLedger(
    { actor: () => {}, event: (event) => journal.push(event) },
    (event) => told.push(event),
    limits,
  );
  return { made, journal, told };
}

test('events beyond the limit are counted, and kept nowhere', () => {
  const { made, journal, told } = ledger({ events: 2, text: 10_000 });
  for (const id of [1, 2, 3, 4]) made.emit(denied(id));
  expect(made.events().map(({ id }) => id)).toEqual([1, 2]);
  expect(journal).toHaveLength(2);
  expect(told).toHaveLength(2);
  expect(made.refused).toBe(2);
});

test('an event that is known is kept in its latest state', () => {
  const { made } = ledger({ events: 1, text: 10_000 });
  made.emit(denied(1));
  made.emit(denied(1, 'later'));
  expect(made.events()).toMatchObject([{ what: 'later' }]);
  expect(made.refused).toBe(0);
});

test('so are events with too much text', () => {
  const { made } = ledger({ events: 100, text: 1000 });
  made.emit(denied(1, 'x'.repeat(2000)));
  made.emit(denied(2));
  expect(made.events().map(({ id }) => id)).toEqual([2]);
  expect(made.refused).toBe(1);
});
