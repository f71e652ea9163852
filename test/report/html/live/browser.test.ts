import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../../../src/model/record.js';
import { openBrowser } from '../browser.mjs';
import { HOSTILE, hostileRun, manyRuns } from '../hostile.js';
import { builtAssets, samplePage } from '../sample-page.js';

const assets = builtAssets(new URL('../../../../dist/', import.meta.url));

interface Opened {
  readonly tab: Page;
  /** What the browser complained of: errors, violations of the policy among them. */
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

describe('in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-html-'));
  let browser: Awaited<ReturnType<typeof openBrowser>>;
  beforeAll(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 900 } });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = async (
    context: BrowserContext,
    runs?: readonly RunRecord[],
    before?: (tab: Page) => Promise<void>,
  ): Promise<Opened> => {
    const file = join(folder, `${Math.random().toString(36).slice(2)}.html`);
    writeFileSync(file, samplePage(assets, runs));
    const tab = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    tab.on('console', (message) => complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('request', (request) => requests.push(request.url()));
    await before?.(tab);
    await tab.goto(pathToFileURL(file).href);
    return { tab, complaints, requests: requests.filter((url) => url !== pathToFileURL(file).href) };
  };
  const status = (tab: Page): Promise<string | null> => tab.textContent('#destinations-count');
  const firstHost = (tab: Page): Promise<string | null> => tab.textContent('#destinations-table .row .host');

  test('asks for nothing, breaks no policy and complains of nothing', async () => {
    const { tab, complaints, requests } = await open(browser.context);
    await tab.fill('#destinations-filter', 'left');
    await tab.click('#destinations-table .opener');
    await tab.click('label[for=measure-bytes]');
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
    await tab.close();
  });

  test('nothing that is named after code runs', async () => {
    for (const name of HOSTILE) {
      const { tab, complaints, requests } = await open(browser.context, [hostileRun(name)]);
      for (const opener of await tab.$$('.opener')) await opener.click();
      expect(await tab.evaluate(() => 'pwned' in globalThis)).toBe(false);
      expect(await tab.$$eval('script, img, iframe, object, embed, form, base', (all) => all.length)).toBe(2);
      expect(
        await tab.$$eval('a', (all) => all.filter((a) => !a.getAttribute('href')?.startsWith('#')).length),
      ).toBe(0);
      expect([complaints, requests]).toEqual([[], []]);
      await tab.close();
    }
  });

  test('a script that got in all the same would not run', async () => {
    const { tab, complaints } = await open(browser.context);
    await tab.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.pwned = 1';
      document.body.append(script);
    });
    expect(await tab.evaluate(() => 'pwned' in globalThis)).toBe(false);
    expect(complaints.join()).toContain('Content Security Policy');
    await tab.close();
  });

  test('sorts and filters by keyboard alone, and says so', async () => {
    const { tab } = await open(browser.context);
    const sorted = () => tab.getAttribute('#destinations-table th[aria-sort]:nth-child(2)', 'aria-sort');
    expect([await sorted(), await status(tab)]).toEqual(['none', '16 in all']);
    await tab.focus('#destinations-filter');
    // Over the scrolled region to the first header.
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Enter');
    expect([await sorted(), await firstHost(tab)]).toEqual(['ascending', '203.0.113.66']);
    await tab.keyboard.press('Space');
    expect([await sorted(), await firstHost(tab)]).toEqual(['descending', 'telemetry.example']);
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.press('Shift+Tab');
    await tab.keyboard.type('Billing new');
    expect([await status(tab), await firstHost(tab)]).toEqual([
      '1 of 16 fit the filter',
      'events.billing.example',
    ]);
    expect(await tab.getAttribute('#destinations-count', 'role')).toBe('status');
    await tab.close();
  });

  test('details open by key with chains, evidence, process and frames, and close again', async () => {
    const { tab } = await open(browser.context);
    await tab.fill('#destinations-filter', 'events.billing');
    await tab.focus('#destinations-table .opener');
    await tab.keyboard.press('Enter');
    const details = (await tab.textContent('#destinations-table .more')) ?? '';
    for (const part of [
      'app › billing-sdk',
      'stack+hash',
      'node --test test/orders.test.js',
      'lib/adapters/http.js:214:17',
      'new-destination',
    ])
      expect(details).toContain(part);
    expect(await tab.getAttribute('#destinations-table .opener', 'aria-expanded')).toBe('true');
    await tab.keyboard.press('Enter');
    expect(await tab.$('#destinations-table .more')).toBeNull();
    await tab.close();
  });

  test('a link from what is new shows the destination on whichever page it is', async () => {
    const { tab } = await open(browser.context, manyRuns(300));
    expect(await tab.$('#d299')).toBeNull();
    await tab.evaluate(() => {
      location.hash = '#d299';
    });
    await tab.waitForSelector('#d299-more');
    expect(await tab.evaluate(() => document.activeElement?.closest('tr')?.id)).toBe('d299');
    await tab.close();
  });

  test('a package in the picture filters the table', async () => {
    const { tab } = await open(browser.context);
    await tab.focus('.sankey [data-filter="image-kit@3.1.0"]');
    await tab.keyboard.press('Enter');
    expect(await status(tab)).toBe('2 of 16 fit the filter');
    await tab.close();
  });

  test('pictures are one stop each, and arrows move in them', async () => {
    const { tab } = await open(browser.context);
    for (const place of ['#flow-picture', '#lanes']) {
      expect(await tab.$$eval(`${place} svg [tabindex="0"]`, (all) => all.length)).toBe(1);
      await tab.focus(`${place} svg [tabindex="0"]`);
      const label = () => tab.evaluate(() => document.activeElement?.getAttribute('aria-label'));
      const before = await label();
      await tab.keyboard.press('ArrowRight');
      expect(await label()).not.toBe(before);
      await tab.keyboard.press('End');
      await tab.keyboard.press('Home');
      expect(await label()).toBe(before);
    }
    await tab.close();
  });

  test('widths by bytes are other widths, and the table says the same', async () => {
    const { tab } = await open(browser.context);
    const heights = () =>
      tab.$$eval('.node rect', (all) => all.map((rect) => rect.getAttribute('height')).join());
    const before = await heights();
    await tab.focus('#measure-connections');
    await tab.keyboard.press('ArrowRight');
    expect(await heights()).not.toBe(before);
    expect(await tab.$$eval('#flow-picture tbody tr', (all) => all.length)).toBe(
      await tab.$$eval('.sankey .link', (all) => all.length),
    );
    await tab.close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      test(`no violation of accessibility rules: ${colorScheme}, ${width} px`, async () => {
        const { tab } = await open(browser.context, undefined, async (fresh) => {
          await fresh.emulateMedia({ colorScheme });
          await fresh.setViewportSize({ width, height: 900 });
          // The page's own policy lets in no script that is not in the file.
          await fresh.addInitScript(axe.source);
        });
        await tab.click('#destinations-table .opener');
        await tab.click('#findings-table .opener');
        await tab.click('summary');
        const violations = await tab.evaluate(async () => {
          const { violations: all } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
          return all.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`,
          );
        });
        expect(violations).toEqual([]);
        const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await tab.close();
      });
    }
  }

  test('headings go in order, and every control has a name', async () => {
    const { tab } = await open(browser.context);
    const levels = await tab.$$eval('h1, h2, h3', (all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries())
      expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    const nameless = await tab.$$eval('button, input, a, summary', (all) =>
      all
        .filter((one) => {
          const label = one.id === '' ? null : document.querySelector(`label[for="${one.id}"]`);
          return (
            `${one.getAttribute('aria-label') ?? ''}${one.textContent}${label?.textContent ?? ''}`.trim() ===
            ''
          );
        })
        .map(({ outerHTML }) => outerHTML),
    );
    expect(nameless).toEqual([]);
    await tab.close();
  });

  test('light and dark follow the system until somebody chooses', async () => {
    const { tab } = await open(browser.context);
    const ground = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await tab.emulateMedia({ colorScheme: 'light' });
    const light = await ground();
    await tab.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await tab.click('label[for=theme-light]');
    expect(await ground()).toBe(light);
    await tab.emulateMedia({ colorScheme: 'light' });
    await tab.click('label[for=theme-dark]');
    expect(await ground()).toBe(dark);
    await tab.close();
  });

  test('prints all rows, in light', async () => {
    const { tab } = await open(browser.context, manyRuns(120));
    const rows = () => tab.$$eval('#destinations-table .row', (all) => all.length);
    expect(await rows()).toBe(50);
    await tab.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await rows()).toBe(120);
    await tab.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await rows()).toBe(50);
    await tab.close();
  });

  test('5,000 destinations: what is on the page stays small', async () => {
    const { tab, complaints } = await open(browser.context, manyRuns(5000));
    expect(await status(tab)).toBe('5,000 in all');
    const times = await tab.evaluate(async () => {
      const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
      const painted = () => new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done)));
      const input = document.querySelector<HTMLInputElement>('#destinations-filter');
      const measure = async (act: () => void): Promise<number> => {
        const begin = performance.now();
        act();
        await painted();
        return Math.round(performance.now() - begin);
      };
      const type = (text: string) =>
        measure(() => {
          if (input === null) return;
          input.value = text;
          input.dispatchEvent(new Event('input'));
        });
      return {
        interactive: Math.round(entry?.domInteractive ?? 0),
        loaded: Math.round(entry?.loadEventEnd ?? 0),
        firstKey: await type('r'),
        laterKeys: [await type('re'), await type('region-3'), await type('')],
        sort: await measure(() =>
          document.querySelector<HTMLElement>('#destinations-table .sorter')?.click(),
        ),
        elements: document.querySelectorAll('*').length,
      };
    });
    console.log(`5,000 destinations, in ms: ${JSON.stringify(times)}`);
    expect(times.elements).toBeLessThan(10_000);
    expect(complaints).toEqual([]);
    await tab.close();
  });
});

test('without script the essentials are there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'egresslock-html-'));
  const { context, close } = await openBrowser({ javaScriptEnabled: false });
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, samplePage(assets));
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(file).href);
    const main = (await tab.innerText('main')).replaceAll(/\s+/g, ' ');
    for (const part of [
      'capture complete',
      'What is new',
      'first outbound traffic, to 203.0.113.66:8443/tls',
      'events.billing.example',
      'app › right › left',
      'app › report-builder › table-view › left',
      'lib/adapters/http.js:214:17',
      'unix /run/docker.sock',
    ])
      expect(main).toContain(part);
    expect(await tab.locator('#d0').isVisible()).toBe(true);
    // Nothing that would need a script is offered.
    expect(await tab.locator('input[type="search"], button').count()).toBe(0);
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
});
