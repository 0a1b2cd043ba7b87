import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions } from 'playwright-core';
import type { FleetReport } from '../../src/core/fleet.ts';
import { renderFleetHtml } from '../../src/report/index.ts';
import { isAccessible, type OpenPage, TestBrowser, whyNoBrowser } from './browser.ts';
import { fleetOf } from './fleet-fixture.ts';

const TEST_TIMEOUT_MS = 300_000;
const MANY_HOSTS = 1000;
const FILTER_BUDGET_MS = 500;

describe('the page of many machines in a browser', { skip: whyNoBrowser, timeout: TEST_TIMEOUT_MS }, () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await TestBrowser.launch();
  });
  after(() => browser.close());

  function open(report: FleetReport, options: BrowserContextOptions = {}): Promise<OpenPage> {
    return browser.open(renderFleetHtml(report), options);
  }

  test('no console message, no request; filters change the matrix and its count', async () => {
    const { page, complaints, close } = await open(fleetOf(21));
    const reads = (text: string): Promise<void> => page.locator(`#matrix-count:text-is("${text}")`).waitFor();
    const rows = page.locator('.matrix tbody tr:visible');
    const whole = (await page.locator('#matrix-count').textContent()) ?? '';
    assert.match(whole, /^18 of 18 machines, \d+ of \d+ findings$/);
    assert.equal(await rows.count(), 18);
    await page.locator('#machines').fill('host0012');
    assert.equal(await rows.count(), 1);
    await page.locator('#machines').fill('');
    await page.locator('#checks').fill('no such finding');
    await page.locator('#matrix-count:has-text("0 of")').waitFor();
    await page.locator('#checks').fill('');
    await page.locator('#group').selectOption('web');
    assert.ok((await rows.count()) < 18);
    await page.locator('#group').selectOption('');
    await reads(whole);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a cell of the matrix leads to the finding, which opens', async () => {
    const { page, complaints, close } = await open(fleetOf(21));
    const link = page.locator('.matrix thead a').first();
    const target = (await link.getAttribute('href')) ?? '';
    await link.focus();
    await page.keyboard.press('Enter');
    await page.locator(`[id="${target.slice(1)}"][open] summary:focus`).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  test('the keyboard skips to the matrix', async () => {
    const { page, close } = await open(fleetOf(21));
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the matrix');
    await page.keyboard.press('Enter');
    assert.match(page.url(), /#matrix$/);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious with ${colorScheme} colours, wide or narrow`, async () => {
      for (const width of [1200, 390]) {
        const { page, close } = await open(fleetOf(21), { colorScheme, viewport: { width, height: 900 } });
        await isAccessible(page);
        await close();
      }
    });
  }

  test('without JavaScript every machine and finding is there, and no control', async () => {
    const { page, close } = await open(fleetOf(21), { javaScriptEnabled: false });
    assert.equal(await page.locator('.matrix tbody tr:visible').count(), 18);
    assert.equal(await page.locator('form:visible, button:visible').count(), 0);
    await close();
  });

  test(`a page of ${String(MANY_HOSTS)} machines filters within ${String(FILTER_BUDGET_MS)} ms`, async () => {
    const { page, close } = await open(fleetOf(MANY_HOSTS));
    const time = await page.evaluate<number>(`new Promise((resolve) => {
      const machines = document.getElementById('machines');
      const start = performance.now();
      machines.value = 'host0501';
      machines.dispatchEvent(new Event('input', { bubbles: true }));
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    })`);
    assert.equal(await page.locator('.matrix tbody tr:visible').count(), 1);
    assert.ok(time < FILTER_BUDGET_MS, `${String(time)} ms`);
    await close();
  });
});
