/** A real browser for the pages that reports make. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { z } from 'zod';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const whyNoBrowser: string | false = existsSync(CHROMIUM)
  ? false
  : `NOT TESTED IN A BROWSER: ${CHROMIUM} is missing (Debian package chromium)`;

export interface OpenPage {
  readonly page: Page;
  /** Whatever the page logged, or asked of the network. */
  readonly complaints: string[];
  readonly address: string;
  readonly close: () => Promise<void>;
}

export class TestBrowser {
  readonly #browser: Browser;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'freehold-html-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TestBrowser> {
    return new TestBrowser(await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS }));
  }

  async open(html: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.#browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    const complaints: string[] = [];
    const file = join(this.#folder, 'report.html');
    writeFileSync(file, html);
    const address = pathToFileURL(file).href;
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && request.url() !== 'data:,')
        complaints.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    return { page, complaints, address, close: () => context.close() };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}

const violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullish(), nodes: z.array(z.object({ html: z.string() })) }),
);

/** Everybody can read it: axe finds nothing serious, and it doesn't scroll sideways. */
export async function isAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const found = violations.parse(await page.evaluate('axe.run().then((result) => result.violations)'));
  const grave = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(grave, []);
  const width = page.viewportSize()?.width;
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, 'scrolls sideways');
}
