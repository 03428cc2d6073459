import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { consoleUnderTest } from './testing/console.ts';
import { lowContrast } from './testing/contrast.ts';

const at = consoleUnderTest();
const webhook = (path: string) => ({ kind: 'webhook', url: at.receiver.url(path) });

test('creates a task by keyboard alone, and gives the focus back', async () => {
  const page = await at.open();
  await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  await tabTo(page, 'New task');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'At a time');
  await page.keyboard.press('ArrowRight');
  expect(await focused(page)).toBe('After a delay');
  await tabTo(page, 'URL');
  await page.keyboard.type(at.receiver.url('/keys'));

  // Escape costs nothing: what was typed is still there.
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await focused(page)).toBe('New task');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'URL');
  expect(await page.getByLabel('URL').inputValue()).toBe(at.receiver.url('/keys'));
  await tabTo(page, 'Options');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Id');
  await page.keyboard.type('by-keys');
  await page.keyboard.press('Enter');
  await page.getByText('by-keys is scheduled.').waitFor();
  expect(await focused(page)).toBe('New task');
  expect(await at.platform.call('GET', '/tasks/by-keys')).toMatchObject({ state: 'scheduled' });
});

/** The name of what has the focus: its label, or its text. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLInputElement;
    const name =
      element.getAttribute('aria-label') ?? element.labels?.[0]?.textContent ?? element.firstChild?.textContent;
    return (name || element.textContent).trim();
  });

async function tabTo(page: Page, wanted: string): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const name = await focused(page);
    if (name === wanted) return;
    passed.push(name);
  }
  throw new Error(`Tab does not reach "${wanted}", only ${passed.join(', ')}`);
}

test('a group of a long name leaves room for the target', async () => {
  const group = `orders-${'x'.repeat(100)}`;
  await at.platform.call('POST', '/tasks', { id: 'long-group', group, delayMs: 3_600_000, target: webhook('/long') });
  const page = await at.open();
  const name = page.locator('.task-name', { has: page.getByRole('link', { name: 'long-group', exact: true }) });
  const [tag, all] = await Promise.all([name.locator('.tag').boundingBox(), name.boundingBox()]);
  expect(all!.x + all!.width - (tag!.x + tag!.width)).toBeGreaterThan(60);
});

test('the product that is shown is in sight among many', async () => {
  const increments = { priceIncrement: '0.01', sizeIncrement: '0.001' };
  const products = Array.from({ length: 30 }, (_, n) => `MANY-${n + 10}`);
  await Promise.all(products.map((id) => at.platform.call('PUT', `/products/${id}`, increments, '/pricing/v1')));
  const page = await at.open('#/pricing/MANY-39', { viewport: { width: 360, height: 740 } });
  const shown = page.locator('.product-switch [aria-current]');
  await shown.waitFor();
  const { x, width } = (await shown.boundingBox())!;
  expect(x).toBeGreaterThanOrEqual(0);
  expect(x + width).toBeLessThanOrEqual(360);
});

test('remembers the theme that was chosen, and follows the system otherwise', async () => {
  const page = await at.open('', { colorScheme: 'light' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('radio', { name: 'Dark' }).check();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  expect(await page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
  await page.getByRole('radio', { name: 'As the system' }).check();
  expect(await ground()).toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await ground()).toBe(dark);
});

const views = [
  '#/scheduling/tasks',
  '#/scheduling/dead-letters',
  '#/scheduling/groups',
  '#/scheduling/tasks?new',
  '#/scheduling/tasks?task=shown',
  '#/pricing',
];

describe('every view', () => {
  beforeAll(async () => {
    at.receiver.answer('/refused', 403, 'a-long-reason-without-a-single-blank-'.repeat(8));
    await at.platform.call('PUT', '/groups/a-group-with-a-rather-long-name-that-goes-on-and-on', { perSecond: 0.5 });
    await at.platform.call('POST', '/tasks', {
      id: 'refused-'.padEnd(120, 'x'),
      delayMs: 0,
      target: webhook('/refused'),
    });
    await at.platform.call('POST', '/tasks', {
      id: 'shown',
      cron: '*/5 8-18 1,15 JAN-DEC MON-FRI',
      timeZone: 'America/Argentina/Buenos_Aires',
      target: webhook(`/${'long/'.repeat(60)}`),
      payload: { text: 'without-blanks-'.repeat(20) },
    });
  });

  test.each(views)('%s fits a phone without scrolling sideways', async (hash) => {
    const page = await at.open(hash, { viewport: { width: 360, height: 740 } });
    await settled(page, hash);
    const tooWide = await page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('dialog, .dialog-body')]
        .filter((element) => element.scrollWidth > element.clientWidth)
        .map((element) => `${element.tagName} ${element.scrollWidth} in ${element.clientWidth}`),
    );
    expect(tooWide).toEqual([]);
  });

  test.each(views.flatMap((hash) => (['light', 'dark'] as const).map((colorScheme) => ({ hash, colorScheme }))))(
    '$hash is legible in $colorScheme',
    async ({ hash, colorScheme }) => {
      const page = await at.open(hash, { colorScheme });
      await settled(page, hash);
      expect(await lowContrast(page)).toEqual([]);
    },
  );

  /** Waits for what a view shows last. */
  async function settled(page: Page, hash: string): Promise<void> {
    const last: Readonly<Record<string, string>> = {
      '#/scheduling/tasks': '.panel tbody tr',
      '#/scheduling/dead-letters': '.letter',
      '#/scheduling/groups': '.panel tbody tr',
      '#/scheduling/tasks?new': '.preview li',
      '#/scheduling/tasks?task=shown': '.settings',
      // Without a feed there is nothing but how to begin.
      '#/pricing': '.empty pre',
    };
    await page.locator(last[hash]!).first().waitFor();
    await page.locator('.dialog-body .runs li, canvas, .empty pre').first().waitFor();
  }
});

test('says when the platform cannot be reached, and goes on by itself when it can', async () => {
  const page = await at.open();
  await page.context().setOffline(true);
  await page.getByText('Offline, retrying').waitFor();
  await page.context().setOffline(false);
  await page.getByText('Live', { exact: true }).waitFor();
});

test('has shown the first view with less than 120 KiB of code and style, compressed', async () => {
  const page = await at.open();
  const files = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('script[type=module], link[rel=stylesheet]')].map(
      (element) => element.getAttribute('src') ?? element.getAttribute('href')!,
    ),
  );
  const assets = join(import.meta.dirname, '../dist/assets');
  const sizes = files.map((file) => gzipSync(readFileSync(join(assets, basename(file)))).length);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(120 * 1_024);
});
