import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import type { AuditReport } from '../../src/core/audit.ts';
import { renderHtml } from '../../src/report/index.ts';
import { isAccessible, type OpenPage, TestBrowser, whyNoBrowser } from './browser.ts';
import { finding, kernelReport, reportOf } from './fixture.ts';
import { cycle, reportWith } from './hostile.ts';

const TEST_TIMEOUT_MS = 300_000;
const MANY_FINDINGS = 5000;
const FILTER_BUDGET_MS = 500;
function shown(page: Page) {
  return page.locator('.finding:visible');
}

describe('the page in a browser', { skip: whyNoBrowser, timeout: TEST_TIMEOUT_MS }, () => {
  let browser: TestBrowser;
  before(async () => {
    browser = await TestBrowser.launch();
  });
  after(() => browser.close());

  function open(report: AuditReport, options: BrowserContextOptions = {}): Promise<OpenPage> {
    return browser.open(renderHtml(report), options);
  }

  test('no console message, no request, and what needs a person is listed first', async () => {
    const { page, complaints, close } = await open(kernelReport);
    assert.equal(await shown(page).count(), 9);
    assert.equal(await page.locator('#count').textContent(), '9 of 22 findings');
    assert.deepEqual(complaints, []);
    await close();
  });

  test('hostile data runs nothing, asks for nothing and stays text', async () => {
    const payloads = [
      '</script><script>globalThis.broken = true</script>',
      '"><img src="https://evil.example/x" onerror="globalThis.broken = true">',
      "' onfocus='globalThis.broken=true' autofocus x='",
      '<style>body{display:none}</style><base href="https://evil.example/">',
    ];
    for (let turn = 0; turn < payloads.length; turn += 1) {
      const { page, complaints, close } = await open(
        reportWith(cycle([...payloads.slice(turn), ...payloads.slice(0, turn)])),
      );
      await page.locator('#all').click();
      await page.locator('#expand').click();
      assert.equal(await page.evaluate('globalThis.broken'), undefined);
      assert.equal(await page.locator('img, iframe, base, script ~ script').count(), 0);
      assert.deepEqual(complaints, []);
      await close();
    }
  });

  test('filters, search and reset change the list, the count and the address', async () => {
    const { page, complaints, address, close } = await open(kernelReport);
    const count = page.locator('#count');
    await page.getByLabel('pass').check();
    await countReads(page, '20 of 22 findings');
    await page.getByLabel('Search').fill('ip_forward 99-SYSCTL');
    await countReads(page, '1 of 22 findings');
    assert.equal(await shown(page).locator('h4').textContent(), 'IPv4 forwarding (net.ipv4.ip_forward)');
    const state = page.url();
    assert.equal(state, `${address}#?outcome=fail%2Cunknown%2Cpass&q=ip_forward+99-SYSCTL`);

    await page.getByRole('button', { name: 'Reset' }).click();
    await countReads(page, '9 of 22 findings');
    assert.equal(page.url(), address);

    await page.getByLabel('Domain').selectOption('boot');
    await countReads(page, '1 of 22 findings');
    await page.getByRole('button', { name: 'Show all' }).click();
    assert.equal(await count.textContent(), 'All 22 findings');
    await page.getByLabel('Search').fill('no such thing');
    await page.locator('#nothing').waitFor({ state: 'visible' });

    await page.goto(state);
    await page.reload();
    assert.equal(await count.textContent(), '1 of 22 findings');
    assert.equal(await page.getByLabel('Search').inputValue(), 'ip_forward 99-SYSCTL');
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a link to one finding shows it opened, though the filters would hide it', async () => {
    const { page, address, close } = await open(kernelReport);
    const id = 'finding/kernel/sysctl/net.ipv4.tcp_syncookies';
    assert.equal(await page.locator(`[id="${id}"]`).isVisible(), false);
    await page.goto(`${address}#${encodeURIComponent(id)}`);
    assert.equal(await page.locator(`[id="${id}"][open]`).isVisible(), true);
    await close();
  });

  test('everything works from the keyboard', async () => {
    const { page, close } = await open(kernelReport);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the findings');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.id'), 'query');
    await page.keyboard.type('bpf');
    await countReads(page, '1 of 22 findings');
    for (let presses = 0; presses < 30; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.tagName')) === 'SUMMARY') break;
    }
    await page.keyboard.press('Enter');
    assert.equal(
      await page.locator('.finding[open] h4').textContent(),
      'eBPF for unprivileged users (kernel.unprivileged_bpf_disabled)',
    );
    await close();
  });

  test('the identifier is copied, and the page says so', async () => {
    const { page, close } = await open(kernelReport, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('summary').first().click();
    await page.getByRole('button', { name: 'Copy the identifier boot/require/slab_nomerge' }).click();
    await countReads(page, 'Copied boot/require/slab_nomerge');
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'boot/require/slab_nomerge');
    await close();
  });

  test('the colours follow the system, and the button turns them', async () => {
    const { page, close } = await open(kernelReport, { colorScheme: 'dark' });
    const paper = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
    const dark = await paper();
    await page.getByRole('button', { name: 'Use light colours' }).click();
    assert.notEqual(await paper(), dark);
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    assert.equal(await paper(), dark);
    await close();
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious with ${colorScheme} colours, wide or narrow`, async () => {
      for (const width of [1200, 390]) {
        const { page, close } = await open(kernelReport, { colorScheme, viewport: { width, height: 900 } });
        await page.locator('#all').click();
        await page.locator('#expand').click();
        await isAccessible(page);
        await close();
      }
    });
  }

  test('print shows every finding with all its details, and no controls', async () => {
    const { page, close } = await open(kernelReport);
    await page.getByLabel('Search').fill('bpf');
    await countReads(page, '1 of 22 findings');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await shown(page).count(), 22);
    for (const details of await page.locator('.facts-of').all()) {
      assert.ok(((await details.boundingBox())?.height ?? 0) > 0);
    }
    assert.equal(await page.locator('form:visible, button:visible').count(), 0);
    await close();
  });

  test('without JavaScript every finding is there and opens', async () => {
    const { page, complaints, close } = await open(kernelReport, { javaScriptEnabled: false });
    assert.equal(await shown(page).count(), 22);
    assert.equal(await page.locator('form:visible, button:visible').count(), 0);
    await page.locator('summary').first().click();
    assert.equal(await page.locator('.facts-of').first().isVisible(), true);
    assert.deepEqual(
      complaints.filter((line) => !line.startsWith('info')),
      [],
    );
    await close();
  });

  test(`a page of ${MANY_FINDINGS} findings filters within ${FILTER_BUDGET_MS} ms`, async () => {
    const [template] = kernelReport.findings.filter(({ outcome }) => outcome === 'fail');
    assert.ok(template);
    const many = Array.from({ length: MANY_FINDINGS }, (_, index) =>
      finding({ ...template, id: `kernel/many/${index}`, outcome: index % 2 === 0 ? 'fail' : 'pass' }),
    );
    const { page, close } = await open(reportOf(many));
    const time = z.number().parse(
      await page.evaluate(`new Promise((resolve) => {
        const query = document.getElementById('query');
        const start = performance.now();
        query.value = 'many/4998';
        query.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
      })`),
    );
    assert.equal(await page.locator('#count').textContent(), `1 of ${MANY_FINDINGS} findings`);
    assert.ok(time < FILTER_BUDGET_MS, `${time} ms`);
    await close();
  });
});

/** Polls from outside: the page's content security policy forbids what the page could wait with. */
async function countReads(page: Page, text: string): Promise<void> {
  await page.locator(`#count:text-is("${text}")`).waitFor();
}
