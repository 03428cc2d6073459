import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { ensureBuilt } from './built-console.ts';
import { startChromium } from './chromium.ts';
import { startPlatform, type StartedPlatform } from './platform.ts';
import { startReceiver, type Receiver } from './receiver.ts';

/** The console in a browser, on a platform that runs, with a receiver for what it delivers. */
export interface ConsoleUnderTest {
  readonly platform: StartedPlatform;
  readonly receiver: Receiver;
  /** Opens the console, at a route, in a context of its own, once the platform has answered. */
  open(hash?: string, options?: BrowserContextOptions): Promise<Page>;
}

/** Nothing but what a test does itself. */
const noFeed = { PORTOLAN_COINBASE_URL: 'off' };

/**
 * Starts everything before the tests of a file and ends it after them. Each test fails when a page of it throws, or breaks
 * its content security policy.
 *
 * @param settings - Of the platform. @default without a feed of prices
 */
export function consoleUnderTest(settings: Readonly<Record<string, string>> = noFeed): ConsoleUnderTest {
  let platform: StartedPlatform;
  let receiver: Receiver;
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    ensureBuilt();
    [platform, receiver, browser] = await Promise.all([startPlatform(settings), startReceiver(), startChromium()]);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await platform?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    const seen = complaints;
    complaints = [];
    expect(seen).toEqual([]);
  });

  return {
    get platform() {
      return platform;
    },
    get receiver() {
      return receiver;
    },
    async open(hash = '', options = {}) {
      const viewport = { width: 1280, height: 900 };
      const context = await browser.newContext({ viewport, locale: 'en-US', timezoneId: 'Europe/Berlin', ...options });
      context.setDefaultTimeout(15_000);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        // The browser itself reports refused and failed calls, which are some tests' subject.
        if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
        complaints.push(message.text());
      });
      await page.goto(`${platform.url}/${hash}`);
      await page.getByText('Live', { exact: true }).waitFor();
      return page;
    },
  };
}

/** The row of a table that shows what has this id. */
export const rowOf = (page: Page, id: string): Locator => page.locator(`tr[data-key="${id}"]`);
