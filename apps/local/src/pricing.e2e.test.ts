import { seededTape, simulatedMarkets } from '@portolan/coinbase/simulator';
import type { TradeView } from '@portolan/pricing';
import { eventually } from './testing/client.ts';
import { checkWhole } from './testing/check-whole.ts';
import { answerToUpgrade, listenToPrices } from './testing/live-prices.ts';
import { latestTrade, listCandles, listFeeds, listTrades } from './testing/prices.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from './testing/platform-process.ts';
import { madeSince, newestOnTape } from './testing/tape-trades.ts';

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
const products = simulatedMarkets.map(({ id }) => id);
/** What the platform's own exchange plays, computed here for itself. */
const tape = seededTape({ seed: 1 });
/** Of the first start: no setting but for the test's own. */
let startedAt: number;
let platform: PlatformProcess;

const start = (): Promise<PlatformProcess> => startPlatformProcess(folder.path, { PORTOLAN_LOG: 'warn' });

const minuteNow = (): string => `${new Date().toISOString().slice(0, 16)}:00.000000Z`;

beforeAll(async () => {
  startedAt = Date.now();
  platform = open.use(await start());
}, 30_000);
afterAll(() => open.disposeAsync());

test('within 5 s of a first start every product has candles up to now, and prices move', async () => {
  const { url } = platform;
  const upAt = Date.now();
  const current = products.map(async (product) => {
    const id = newestOnTape(tape, product, upAt);
    const latest = await eventually(
      () => latestTrade(url, product),
      (trade) => trade !== undefined && Number(trade.id) >= id,
    );
    expect(Number(latest?.id)).toBeGreaterThanOrEqual(id);
    const askedIn = minuteNow();
    const candles = await listCandles(url, product, 'interval=1m&fill=previous');
    // A minute may turn between question and answer.
    expect([askedIn, minuteNow()]).toContain(candles.at(-1)!.start);
    expect(candles.at(-1)!.close).not.toBeNull();
  });
  await Promise.all(current);
  // Each of them has calm times, so one that trades is enough.
  const moved = await eventually(
    () => Promise.all(products.map((product) => latestTrade(url, product))),
    (newest) => newest.some((trade) => Date.parse(trade!.time) > upAt),
  );
  expect(moved.map((trade) => Date.parse(trade!.time) > upAt)).toContain(true);
  expect(Date.now() - startedAt).toBeLessThan(5_000);
}, 30_000);

test('the feed says of itself that its prices are made up, and the platform where they come from', async () => {
  const [feed, ...others] = await eventually(
    () => listFeeds(platform.url),
    ([feed]) => (feed?.marks.length ?? 0) === products.length,
  );
  expect(others).toEqual([]);
  expect(feed).toMatchObject({ source: 'simulator', state: 'live', simulated: true, products });
  expect(feed!.endpoint).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
  expect(platform.stdout()).toContain(
    'Price feed      a simulated exchange; set PORTOLAN_COINBASE_URL for a real one\n',
  );
}, 30_000);

describe('live prices', () => {
  test('come as trades and as the running candle, of the products that were asked for', async () => {
    const asked = ['BTC-USD', 'SOL-USD'];
    using live = await listenToPrices(platform.url, asked.join(','));
    const saw = (type: string, product: string): boolean =>
      live.frames.some((frame) => frame.type === type && 'product' in frame && frame.product === product);
    await live.until(() => asked.every((product) => saw('trades', product) && saw('candle', product)));
    const told = live.frames.flatMap((frame) =>
      frame.type === 'trades' ? (frame.trades as readonly TradeView[]) : [],
    );
    for (const product of asked) {
      expect([product, saw('trades', product), saw('candle', product)]).toEqual([product, true, true]);
      const stored = new Map((await listTrades(platform.url, product)).map((trade) => [trade.id, trade]));
      for (const trade of told.filter((one) => one.product === product)) expect(stored.get(trade.id)).toEqual(trade);
    }
    expect(live.frames.filter((frame) => 'product' in frame && !asked.includes(frame.product))).toEqual([]);
    const candle = live.frames.find((frame) => frame.type === 'candle');
    expect(candle).toMatchObject({ interval: '1m', candle: { complete: false, count: expect.any(Number) } });
  }, 30_000);

  test.each<[string, number, string, Record<string, string>]>([
    ['a product that is known', 101, '?products=BTC-USD', {}],
    ['a page of the platform itself', 101, '?products=BTC-USD', { origin: 'own' }],
    ['a product that is not known', 404, '?products=BTC-USD,DOGE-USD', {}],
    ['no product', 400, '', {}],
    ['a page of elsewhere', 403, '?products=BTC-USD', { origin: 'https://elsewhere.example' }],
    ['another name for this server', 421, '?products=BTC-USD', { host: 'rebound.example' }],
  ])('%s is answered with %i', async (_case, status, query, { origin, ...headers }) => {
    const from = origin === undefined ? {} : { origin: origin === 'own' ? platform.url : origin };
    const answer = await answerToUpgrade(platform.url, query, { ...headers, ...from });
    expect(answer.status).toBe(status);
    if (status !== 101) expect(answer.type).toBe('application/problem+json');
  });
});

test('SIGTERM ends it while it follows the exchange and is listened to: soon, with 0, and without a word of trouble', async () => {
  using live = await listenToPrices(platform.url, 'BTC-USD');
  const stoppedAt = performance.now();
  expect(await platform.stop('SIGTERM')).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(performance.now() - stoppedAt).toBeLessThan(2_000);
  expect(await live.ended).toBe(1001);
}, 30_000);

test('after a pause, and a kill while it catches up, all that the exchange made meanwhile is there, proven complete', async () => {
  const missedFrom = new Map(products.map((product) => [product, newestOnTape(tape, product, Date.now())]));
  await eventually(
    async () => Math.min(...[...missedFrom].map(([product, id]) => madeSince(tape, product, id, 20))),
    (made) => made >= 4,
  );
  platform = open.use(await start());
  const [product] = products as [string];
  await eventually(
    () => latestTrade(platform.url, product),
    (trade) => Number(trade?.id) > missedFrom.get(product)!,
  );
  expect(await platform.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL', stderr: '' });

  platform = open.use(await start());
  for (const [product, id] of missedFrom) {
    const first = await checkWhole(platform.url, product, { tape, source: 'simulator', until: id + 4 });
    // Some of before the first start are there, too.
    expect(first).toBeLessThan(id - 900);
  }
}, 30_000);
