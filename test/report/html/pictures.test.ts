import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowsOf, type Measure } from '../../../src/report/html/flows.js';
import { STEPS, timeLineOf } from '../../../src/report/html/lanes.js';
import type { PageData, Share } from '../../../src/report/html/page-data.js';
import { pageDataOf } from '../../../src/report/html/page-data-of.js';
import { layOutSankey } from '../../../src/report/html/sankey-layout.js';
import { denied, query, record } from '../sample.js';
import { manyRuns } from './hostile.js';
import { install, sampleRuns } from './sample-runs.js';

const SEED = 20_260_102;
const data = pageDataOf(sampleRuns, true);

describe('flows', () => {
  test('few are all there, what is new first, and weigh what their connections and bytes are', () => {
    const { left, right, links } = flowsOf(data, 'connections');
    expect(left.map(({ label }) => label)).toEqual([
      'billing-sdk@2.3.0',
      'left@1.2.4',
      'process curl -sf https://status.example/up',
      'npm (package manager)',
      'trace-agent@0.9.7',
      'image-kit@3.1.0',
      'feature-flags@5.1.1',
      'browser-driver@8.4.1',
      'fast-hash@2.0.9',
      'process node --test test/orders.test.js',
    ]);
    // The billing SDK is known at one of its places.
    expect(left.filter(({ isNew }) => isNew).map(({ label }) => label)).toEqual([
      'left@1.2.4',
      'process curl -sf https://status.example/up',
    ]);
    expect(right.at(-1)).toMatchObject({ label: '2 other destinations', count: 2, destination: null });
    const sum = (measure: Measure) =>
      flowsOf(data, measure).links.reduce((total, { weight }) => total + weight, 0);
    expect(sum('connections')).toBeCloseTo(94, 6);
    const bytes = data.destinations.reduce((total, to) => total + to.bytesSent + to.bytesReceived, 0);
    expect(sum('bytes')).toBeCloseTo(bytes, 0);
    expect(links.length).toBe(16);
  });

  test('many are some and the number of the others, without losing weight', () => {
    const many = pageDataOf(manyRuns(500), true);
    const { left, right, links } = flowsOf(many, 'connections');
    expect([left.length, right.length]).toEqual([15, 15]);
    expect([left.at(-1)?.label, right.at(-1)?.label]).toEqual([
      '26 other packages',
      '486 other destinations',
    ]);
    expect(links.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1000, 6);
  });

  test('one more than fit is itself, not "1 other"', () => {
    const fifteen = pageDataOf(manyRuns(15), true);
    expect(flowsOf(fifteen, 'connections').right.map(({ count }) => count)).toEqual(Array(15).fill(1));
  });
});

test('no two nodes overlap, links stay within their nodes, and all is within the picture', () => {
  const share = fc.record({
    who: fc.integer({ min: 0, max: 40 }).map((index) => `package-${index}`),
    to: fc.integer({ min: 0, max: data.destinations.length - 1 }),
    connections: fc.integer({ min: 0, max: 1_000_000 }),
    bytesSent: fc.integer({ min: 0, max: 2 ** 40 }),
    bytesReceived: fc.constant(0),
    isNew: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(share, { maxLength: 200 }),
      fc.constantFrom<Measure>('connections', 'bytes'),
      fc.integer({ min: 280, max: 3000 }),
      (shares: Share[], measure, width) => {
        const flows = flowsOf({ ...data, shares } satisfies PageData, measure);
        const layout = layOutSankey(flows, width);
        for (const column of [layout.left, layout.right]) {
          for (const [index, box] of column.entries()) {
            const next = column[index + 1];
            expect(box.y).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(width);
            expect(box.y + box.height).toBeLessThanOrEqual(next?.y ?? layout.height);
          }
        }
        expect(layout.links.length).toBe(flows.links.length);
        for (const [index, path] of layout.links.entries()) {
          expect(path).toMatch(/^M[\d .]+C[\d .]+L[\d .]+C[\d .]+Z$/);
          const numbers = path.match(/[\d.]+/g)!.map(Number);
          const [from, to] = [layout.left[flows.links[index]!.from]!, layout.right[flows.links[index]!.to]!];
          // A path goes along its upper edge and back along its lower one; a tenth is lost in rounding.
          for (const [box, top, bottom] of [
            [from, numbers[1]!, numbers.at(-1)!],
            [to, numbers[7]!, numbers[9]!],
          ] as const) {
            expect(top).toBeGreaterThanOrEqual(box.y - 0.11);
            expect(bottom).toBeLessThanOrEqual(box.y + box.height + 0.21);
          }
        }
      },
    ),
    { seed: SEED, numRuns: 200 },
  );
});

describe('time line', () => {
  test('lanes begin with who was first, and count all', () => {
    const { lanes, span } = timeLineOf(install);
    expect(span).toBe(14_820);
    expect(lanes.map(({ who }) => who)).toEqual([
      'npm (package manager)',
      'image-kit@3.1.0',
      'fast-hash@2.0.9',
      'left@1.2.4',
      'browser-driver@8.4.1',
      'process curl -sf https://status.example/up',
    ]);
    expect(lanes[3]?.counts).toEqual({ query: 2, flow: 6, refused: 2 });
    expect(lanes[3]).toMatchObject({ firstAt: 7020, lastAt: 11_866 });
  });

  test('what follows without a gap is one mark, with a few of its names', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'a'].map((name, index) => query(index + 1, `${name}.example`));
    const [lane] = timeLineOf(
      record({ events: [...names, { ...denied(9, 'icmp', '192.0.2.1'), at: 12_000 }] }),
    ).lanes;
    expect(lane?.marks).toMatchObject([
      {
        kind: 'query',
        from: 0,
        to: 1,
        count: 6,
        names: ['a.example', 'b.example', 'c.example'],
        moreNames: 2,
      },
      { kind: 'refused', count: 1, firstAt: 12_000 },
    ]);
  });

  test('a run that was killed is as long as its last event', () => {
    const base = record({ events: [{ ...query(1, 'a.example'), at: 500, durationMs: 100 }] });
    expect(timeLineOf({ ...base, run: { ...base.run, durationMs: null } }).span).toBe(600);
  });

  test('marks lie within the lane and never overlap those of their kind, and lose no event', () => {
    const event = fc.record({
      at: fc.integer({ min: 0, max: 20_000 }),
      durationMs: fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null }),
      actorId: fc.integer({ min: 1, max: 4 }),
      verdict: fc.constantFrom('allowed' as const, 'blocked' as const),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        const { lanes } = timeLineOf(
          record({
            events: events.map((one, index) => ({ ...query(index + 1, `${index}.example`), ...one })),
          }),
        );
        for (const { marks } of lanes) {
          for (const [index, mark] of marks.entries()) {
            const next = marks[index + 1];
            expect(mark.from).toBeGreaterThanOrEqual(0);
            expect(mark.to).toBeGreaterThan(mark.from);
            expect(mark.to).toBeLessThanOrEqual(STEPS);
            if (next?.kind === mark.kind) expect(next.from).toBeGreaterThan(mark.to);
          }
        }
        const marks = lanes.flatMap((lane) => lane.marks);
        expect(marks.reduce((sum, { count }) => sum + count, 0)).toBe(events.length);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});
