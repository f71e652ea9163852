import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/model/record.js';
import { contentSecurityPolicy } from '../../../src/report/html/csp.js';
import { dataBlock } from '../../../src/report/html/data-block.js';
import { h } from '../../../src/report/html/markup.js';
import { htmlReport } from '../../../src/report/html/page.js';
import { pageDataOf } from '../../../src/report/html/page-data-of.js';
import { escapeHtml, toHtml } from '../../../src/report/html/serialize.js';
import { destination, record } from '../sample.js';
import { HOSTILE, hostileRun, manyRuns } from './hostile.js';
import { install, sampleRuns } from './sample-runs.js';

const assets = { style: 'body{}', script: 'void 0' };
const page = (runs: readonly RunRecord[], lockPresent = true): string =>
  htmlReport(runs, { assets, lockPresent });
/** Without what only browsers without script draw, and without the script and its data. */
const liveOf = (html: string): string =>
  html.replace(/<noscript>.*?<\/noscript>/gs, '').replace(/<script.*?<\/script>/gs, '');
const SEED = 20_260_102;

describe('text in the page', () => {
  test.for(HOSTILE)('%j', (text) => {
    const html = page([hostileRun(text)]);
    const bare = html.replace(/="[^"]*"/g, '=""');
    // The page's own two scripts, and nothing that a name has brought.
    expect(html.match(/<script/gi)).toHaveLength(2);
    expect(html.match(/<\/script/gi)).toHaveLength(2);
    expect(
      bare.match(/<(img|iframe|object|embed|base|form|meta(?! (charset|http-equiv|name)))\b/gi),
    ).toBeNull();
    expect(bare.match(/<[^>]* on\w+=/gi)).toBeNull();
    expect(html.match(/ href="(?!#|data:,")[^"]*"/g)).toBeNull();
    // Controls, format characters, lone surrogates.
    expect(html.match(/[\p{Cf}\p{Cs}\p{Co}]|(?!\n)\p{Cc}/gu)).toBeNull();
  });

  test('is never cut for good: the data has all of a name', () => {
    const long = `${'a'.repeat(10_000)}.example`;
    const html = page([hostileRun(long)]);
    expect(html.includes(long)).toBe(true);
    const top =
      liveOf(html)
        .split('id="capture"')[0]
        ?.replace(/="[^"]*"/g, '') ?? long;
    expect(top.includes('a'.repeat(1000))).toBe(false);
  });

  test('whatever it is, it is escaped, and comes back from the data as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
        expect(toHtml(h('td', { title: text }, text))).toBe(
          `<td title="${escapeHtml(text)}">${escapeHtml(text)}</td>`,
        );
        expect(dataBlock(text)).toMatch(/^[\x20-\x7e]*$/);
        expect(dataBlock(text)).not.toMatch(/[<>&]/);
        expect(JSON.parse(dataBlock(text))).toBe(text);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  test('any run whatever makes a page of the same shape', () => {
    const tags = (html: string): number => (html.match(/<[a-z!/]/gi) ?? []).length;
    const plain = tags(page([hostileRun('plain')]));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
        // A backtick in a message begins and ends code, which is an element of its own.
        fc.pre(!text.includes('`') && text.trim() !== '');
        expect(tags(page([hostileRun(text)]))).toBe(plain);
      }),
      { seed: SEED, numRuns: 100 },
    );
  });
});

describe('page', () => {
  test('has a policy that allows its own style and script only', () => {
    const policy = contentSecurityPolicy('body{}', 'void 0');
    expect(policy).toBe(
      "default-src 'none'; style-src 'sha256-fJgEClQWV1hGkK4qHMO0KotTsVnMYMXTq7/suurGyUo='; script-src 'sha256-yyjq/GGlTvm0YhdkNx72uPxcwaIXqWZBYZftmpA6pYU='; img-src data:; base-uri 'none'; form-action 'none'",
    );
    expect(page([install]).includes(`content="${policy}"`)).toBe(true);
  });

  test('refuses a style or a script that would end its element', () => {
    for (const bad of ['</script>', '</STYLE', '<!--']) {
      expect(() => htmlReport([], { assets: { style: '', script: bad }, lockPresent: true })).toThrow();
      expect(() => htmlReport([], { assets: { style: bad, script: '' }, lockPresent: true })).toThrow();
    }
  });

  test('of a small run is golden', async () => {
    const small = { ...record(), findings: [] };
    await expect(page([small])).toMatchFileSnapshot('golden/small.html');
  });

  test('of an empty run says that nothing reached out', () => {
    const empty = record({ actors: [], events: [], destinations: [], attributions: new Map() });
    const html = page([empty]);
    expect(html.includes('Nothing reached out.')).toBe(true);
    expect(html.includes('Nothing: the lock has all that was seen.')).toBe(true);
    expect(page([], false).includes('There is no lock')).toBe(true);
  });

  test('of a partial capture says so at the top, and never that nothing is new without that', () => {
    const reasons = [{ code: 'gateway-lost' as const, message: 'the gateway ended in mid-run' }];
    const html = page([record({ capture: { ...record().capture, verdict: 'partial', reasons } })]);
    const top = html.slice(html.indexOf('<main'), html.indexOf('id="flow"'));
    expect(top.includes('capture partial')).toBe(true);
    expect(top.includes('the gateway ended in mid-run [gateway-lost]')).toBe(true);
    expect(top.includes('the capture is not complete, so there may be more')).toBe(true);
  });

  test('of a sinkhole has what was answered', () => {
    const base = record();
    const html = page([
      {
        ...base,
        run: { ...base.run, mode: 'sinkhole' },
        destinations: [destination('x.example', 443, { verdict: 'sunk' })],
        events: [
          {
            kind: 'request',
            id: 1,
            at: 5,
            actorId: 2,
            connectionId: 9,
            host: 'x.example',
            port: 443,
            protocol: 'tls',
            method: 'POST',
            path: '/collect',
            headers: [{ name: 'authorization', bytes: 40, value: null }],
            bodyBytes: 12,
            body: null,
            status: 200,
          },
        ],
      },
    ]);
    expect(html.includes('Requests answered here')).toBe(true);
    expect(html.includes('https://x.example/collect')).toBe(true);
    expect(html.includes('authorization: (40 B)')).toBe(true);
    expect(html.includes('sunk')).toBe(true);
  });

  test('has what a pull request changed, where that is known', () => {
    const changes = [{ text: 'new row <b>x.example:443/tls</b> of `left`', severity: 'high' as const }];
    const html = htmlReport([install], { assets, lockPresent: true, changes });
    expect(html.includes('What the pull request changed')).toBe(true);
    expect(html.includes('new row &lt;b&gt;x.example:443/tls&lt;/b&gt;')).toBe(true);
  });

  test('is the same for the same events in another order', () => {
    const turned = sampleRuns.map((run) => ({
      ...run,
      events: run.events.toReversed(),
      destinations: run.destinations.toReversed(),
      findings: run.findings.toReversed(),
      actors: run.actors.toReversed(),
      attributions: new Map([...run.attributions].toReversed()),
    }));
    expect(page(turned) === page(sampleRuns)).toBe(true);
  });

  test('of 5,000 destinations stays small where it is drawn at once', () => {
    const html = page(manyRuns(5000));
    expect((liveOf(html).match(/<[a-z]/gi) ?? []).length).toBeLessThan(6000);
    expect((html.match(/<tr id="d\d+"/g) ?? []).length).toBe(5000);
  });
});

test('what is new is the package at its place, not the place for all', () => {
  const data = pageDataOf(sampleRuns, true);
  const news = data.shares
    .filter(({ isNew }) => isNew)
    .map(({ who, to }) => `${who} ${data.destinations[to]?.host}`);
  expect(news.sort()).toEqual([
    'billing-sdk@2.3.0 events.billing.example',
    'left@1.2.4 203.0.113.66',
    'left@1.2.4 paste.example',
    'left@1.2.4 telemetry.example',
    'process curl -sf https://status.example/up status.example',
  ]);
});

test('shares add up to the figures of their destinations', () => {
  const { shares, destinations } = pageDataOf(sampleRuns, true);
  for (const [index, to] of destinations.entries()) {
    const sum = shares
      .filter((share) => share.to === index)
      .reduce((total, share) => total + share.connections, 0);
    expect(sum, to.host).toBeCloseTo(to.connections, 6);
  }
});
