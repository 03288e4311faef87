import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** Where Debian's package puts it; another place by the environment. */
const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Tests in a browser run where there is one. */
export const isBrowserInstalled = existsSync(executablePath);

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args });
}

/** A tab that notes what no page of ours may do. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors and refusals that the browser's console showed, dialogs, and requests to other sites. */
  readonly misdeeds: readonly string[];
}

/** Opens an empty tab. Requests to other sites than `origin` are refused and noted. */
export async function openTab(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const misdeeds: string[] = [];
  page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url.startsWith(origin) || url.startsWith('data:')) return route.continue();
    misdeeds.push(`request: ${url}`);
    return route.abort();
  });
  return { page, misdeeds };
}
