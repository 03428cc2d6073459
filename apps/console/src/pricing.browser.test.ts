import { consoleUnderTest } from './testing/console.ts';
import { candleContrasts, candleColumns, pressUntil, redrawn, shownStart, valueOf } from './testing/candle-chart.ts';
import { lowContrast } from './testing/contrast.ts';

/** As `npm start` runs it: with the simulated exchange. */
const at = consoleUnderTest({});
const minuteMs = 60_000;
/** Full minutes, so that every candle of what is handed in has all of its trades. */
const thisMinute = Math.floor(Date.now() / minuteMs) * minuteMs;

const pricing = (method: string, path: string, body?: unknown) => at.platform.call(method, path, body, '/pricing/v1');

/** Makes a product known, with a trade every 30 seconds up to the present minute. @param skipped - Of those ids none is handed in. */
async function handIn(product: string, minutes: number, skipped: readonly number[] = []): Promise<void> {
  await pricing('PUT', `/products/${product}`, { priceIncrement: '0.01', sizeIncrement: '0.001' });
  const trades = Array.from({ length: minutes * 2 }, (_, id) => tradeOf(product, minutes, id));
  const held = trades.filter((_, id) => !skipped.includes(id));
  for (let from = 0; from < held.length; from += 5_000)
    await pricing('POST', '/trades', { trades: held.slice(from, from + 5_000) });
}

const tradeOf = (product: string, minutes: number, id: number) => ({
  product,
  id: String(id),
  time: new Date(thisMinute - minutes * minuteMs + id * (minuteMs / 2)).toISOString(),
  price: (100 + Math.sin(id / 40) * 5).toFixed(2),
  size: '0.5',
  side: id % 3 === 0 ? 'sell' : 'buy',
  source: 'test',
});

test('shows candles that move within 5 seconds of opening, and says that the exchange is simulated', async () => {
  const startedAt = Date.now();
  const page = await at.open('#/pricing/BTC-USD?interval=1s');
  await page.locator('.candle-chart canvas').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.trade-list tbody tr').length > 1);
  const close = await valueOf(page, 'Close').innerText();
  await page.waitForFunction(([element, was]) => element!.textContent !== was, [
    await valueOf(page, 'Close').elementHandle(),
    close,
  ] as const);
  await redrawn(page);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  expect(await candleColumns(page)).toBeGreaterThan(0);

  expect(await page.title()).toBe('BTC-USD · Pricing · Portolan');
  const feed = page.getByRole('region', { name: 'Feed of BTC-USD' });
  expect(await feed.innerText()).toMatch(/Simulated exchange\s+prices are made up\s+Feed live\s+ws:\/\//);
  await page.waitForFunction(() => /Trades per second\s*[1-9]/.test(document.querySelector('.pulse')!.textContent));
  const rows = page.locator('.trade-list tbody tr');
  expect(await rows.first().innerText()).toMatch(/^\d\d:\d\d:\d\d\s+[▲▼] (buy|sell)\s+\d+\.\d\d\s+\d\.\d{8}$/);
  expect(await page.getByRole('link', { name: 'TradingView' }).getAttribute('href')).toBe(
    'https://www.tradingview.com/',
  );
});

test('is found from the other pages, and follows prices over a socket of its own origin', async () => {
  const page = await at.open('#/scheduling/tasks');
  const opened = page.waitForEvent('websocket');
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Pricing' }).click();
  const socket = await opened;
  expect(socket.url()).toBe(
    `${at.platform.url.replace('http', 'ws')}/pricing/v1/live?products=BTC-USD,ETH-USD,SOL-USD`,
  );
  const { payload } = await socket.waitForEvent('framereceived', {
    predicate: ({ payload }) => String(payload).includes('"trades"'),
  });
  expect(JSON.parse(String(payload))).toMatchObject({
    type: 'trades',
    trades: expect.arrayContaining([expect.objectContaining({ source: 'simulator' })]) as unknown,
  });
  expect(await page.locator('[aria-current="true"]').innerText()).toBe('Pricing');
});

test('switches product and interval by keyboard', async () => {
  const page = await at.open('#/pricing/BTC-USD');
  const products = page.getByRole('navigation', { name: 'Products' });
  await page.waitForFunction(() => /^\D*-USD\d+\.\d\d$/.test(document.querySelector('.product-switch a')!.textContent));
  await products.getByRole('link', { name: /BTC-USD/ }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.title === 'ETH-USD · Pricing · Portolan');
  expect(await products.locator('[aria-current]').innerText()).toContain('ETH-USD');
  await page.getByRole('group', { name: 'Chart of ETH-USD, 1 minute a candle' }).waitFor();

  await page.getByRole('radio', { name: '1m' }).focus();
  for (const interval of ['5m', '15m', '1h']) {
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(`**/#/pricing/ETH-USD?interval=${interval}`);
    await page.getByRole('radio', { name: interval, exact: true, checked: true }).waitFor();
  }
  await page.getByRole('group', { name: 'Chart of ETH-USD, 1 hour a candle' }).waitFor();
  await page.waitForFunction(() =>
    document.querySelector('.candle-start time')?.getAttribute('datetime')?.endsWith(':00:00.000Z'),
  );
  // One step back leads to the product before, whatever intervals were passed.
  await page.goBack();
  await page.waitForFunction(() => document.title === 'BTC-USD · Pricing · Portolan');
});

test('scrolls back across the archive to the first candle, without one missing or twice', async () => {
  // Three pages at least: one of 500 minutes goes back to the beginning of a day.
  const minutes = 3_500;
  await handIn('HIST-USD', minutes);
  await pricing('POST', '/products/HIST-USD/archive');
  const page = await at.open('#/pricing/HIST-USD');
  await page.waitForFunction((name) => document.title.startsWith(name), 'HIST-USD');
  await valueOf(page, 'Close').waitFor();
  const pages: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/candles?')) pages.push(request.url());
  });
  const box = (await page.locator('.candle-chart').boundingBox())!;
  await page.mouse.move(box.x + 300, box.y + 150);
  await page.waitForFunction(
    (newest) => Date.parse(document.querySelector('.candle-start time')!.getAttribute('datetime')!) < newest,
    thisMinute - 10 * minuteMs,
  );
  for (let step = 0; step < 3; step++) await page.getByRole('button', { name: 'Show more candles' }).click();
  // Dragging to the right, into the past, until older candles are asked for.
  while (pages.filter((url) => !isTail(url)).length === 0) {
    await page.mouse.move(box.x + 60, box.y + 150);
    await page.mouse.down();
    await page.mouse.move(box.x + 700, box.y + 150, { steps: 4 });
    await page.mouse.up();
  }
  // Then by keys, which lead to the oldest that is loaded, and load on from there.
  await page.getByRole('group', { name: /^Chart of HIST-USD/ }).focus();
  await page.keyboard.press('Home');
  const seam = await shownStart(page);
  // Where a page ends and the next begins, no minute is left out. Until the next one is there, this is the first.
  await pressUntil(page, 'ArrowLeft', (start) => start < seam);
  for (const step of [1, 2, 3]) {
    expect(await shownStart(page)).toBe(seam - step * minuteMs);
    await page.keyboard.press('ArrowLeft');
  }
  await pressUntil(page, 'Home', (start) => start <= thisMinute - minutes * minuteMs);
  expect(await shownStart(page)).toBe(thisMinute - minutes * minuteMs);
  expect(await valueOf(page, 'Trades').innerText()).toBe('2');
  await page.keyboard.press('End');
  expect(await shownStart(page)).toBe(thisMinute - minuteMs);

  const older = pages.filter((url) => !isTail(url));
  expect(older.length).toBeGreaterThan(1);
  expect(new Set(older).size).toBe(older.length);
});

/** Whether candles are read again that are shown, rather than older ones. */
const isTail = (url: string): boolean => Date.parse(new URL(url).searchParams.get('to')!) > thisMinute - 10 * minuteMs;

test('marks a gap and the candles that miss trades, until they are handed in', async () => {
  const [minutes, missing] = [30, [31, 32, 33]];
  await handIn('GAP-USD', minutes, missing);
  const page = await at.open('#/pricing/GAP-USD');
  const gaps = page.getByRole('region', { name: 'Gaps' });
  await gaps.getByText('3 trades are missing in one gap.').waitFor();
  expect(await gaps.getByRole('row').nth(1).innerText()).toMatch(/31 – 33\s+3\s/);

  const chart = page.getByRole('group', { name: /^Chart of GAP-USD/ });
  await chart.focus();
  const gapped = thisMinute - minutes * minuteMs + 15 * minuteMs;
  await pressUntil(page, 'ArrowLeft', (start) => start <= gapped);
  await page.locator('.candle-legend [data-standing="incomplete"]').waitFor();
  expect(await valueOf(page, 'Trades').innerText()).toBe('1');

  await pricing('POST', '/trades', { trades: missing.map((id) => tradeOf('GAP-USD', minutes, id)) });
  await gaps.getByText('No trade of GAP-USD is known to be missing.').waitFor();
  await page.locator('.candle-legend [data-standing="complete"]').waitFor();
  expect(await shownStart(page)).toBe(gapped);
  expect(await valueOf(page, 'Trades').innerText()).toBe('2');
});

test('shows a product without trades, and the first one as soon as it comes', async () => {
  await pricing('PUT', '/products/NEW-USD', { priceIncrement: '0.01', sizeIncrement: '0.001' });
  const page = await at.open('#/pricing/NEW-USD');
  await page.getByText('No trades of NEW-USD yet').waitFor();
  expect(await page.locator('.empty pre').innerText()).toMatch(/^curl -X POST http:.*\/pricing\/v1\/trades/);
  await page.locator('.pulse[data-live="open"]').waitFor();
  const trade = { ...tradeOf('NEW-USD', 1, 0), time: new Date().toISOString(), price: '12.5' };
  await pricing('POST', '/trades', { trades: [trade] });
  await page.waitForFunction(() => document.querySelector('.candle-legend')?.textContent.includes('12.50'));
});

test('notices that its socket has gone silent, opens it anew and shows what was missed', async () => {
  await handIn('MUTE-USD', 5);
  const heard = Promise.withResolvers<void>();
  const frames: string[] = [];
  let opened = 0;
  const page = await at.open('#/scheduling/tasks');
  await page.routeWebSocket(/\/pricing\/v1\/live/, (socket) => {
    const server = socket.connectToServer();
    // The first one takes in whatever comes.
    const isMute = ++opened === 1;
    server.onMessage((frame) => {
      if (isMute) return;
      frames.push(String(frame));
      socket.send(frame);
      heard.resolve();
    });
  });
  await page.goto(`${at.platform.url}/#/pricing/MUTE-USD`);
  await page.reload();
  await valueOf(page, 'Close').waitFor();
  await page.locator('.pulse[data-live="open"]').waitFor();
  const trade = { ...tradeOf('MUTE-USD', 5, 99), time: new Date().toISOString(), price: '77.77' };
  await pricing('POST', '/trades', { trades: [trade] });
  await page.waitForFunction(() => document.querySelector('.candle-legend')?.textContent.includes('77.77'));
  await heard.promise;
  await pricing('POST', '/trades', {
    trades: [{ ...trade, id: '100', time: new Date().toISOString(), price: '78.78' }],
  });
  await page.waitForFunction(() => document.querySelector('.trade-list tbody')!.textContent.includes('78.78'));
  expect(opened).toBe(2);
  expect(frames.join()).toContain('78.78');
});

test('fits a phone without scrolling sideways, and moves by touch', async () => {
  const page = await at.open('#/pricing/HIST-USD', { viewport: { width: 360, height: 740 }, hasTouch: true });
  await valueOf(page, 'Close').waitFor();
  await page.locator('.candle-chart canvas').first().waitFor();
  expect(await page.evaluate(sidewards)).toEqual([]);
  expect(await page.evaluate(() => document.querySelector('.candle-chart')!.clientWidth)).toBeGreaterThan(280);

  await page.locator('.candle-chart').scrollIntoViewIfNeeded();
  const { x, y } = (await page.locator('.candle-chart').boundingBox())!;
  const touches = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', to: number) =>
    touches.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x: x + to, y: y + 80 }],
    });
  await touch('touchStart', 40);
  for (let to = 60; to <= 260; to += 20) await touch('touchMove', to);
  await touch('touchEnd', 260);
  await page.getByRole('button', { name: 'To the newest' }).tap();
  await page.getByRole('button', { name: 'To the newest' }).waitFor({ state: 'detached' });
});

/** What reaches beyond the width of the page, where the page can be scrolled there. */
function sidewards(): readonly string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  return [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > clientWidth)
    .map((element) => `${element.tagName}.${element.className}`);
}

test.each(['light', 'dark'] as const)('is legible in %s, candles included', async (colorScheme) => {
  const page = await at.open('#/pricing/HIST-USD', { colorScheme });
  await valueOf(page, 'Close').waitFor();
  await page.locator('.candle-chart canvas').first().waitFor();
  expect(await lowContrast(page)).toEqual([]);
  expect(await candleContrasts(page)).toEqual([]);
});
