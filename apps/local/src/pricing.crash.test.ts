import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { hours } from '@portolan/kernel';
import type { ProductView, ReportedTrade, TradeResult } from '@portolan/pricing';
import { eventually } from './testing/client.ts';
import { drawsFrom, type Draws } from './testing/draws.ts';
import { checkArchive } from './testing/check-archive.ts';
import { HeldTrades } from './testing/held-trades.ts';
import { Address } from './testing/load.ts';
import {
  startPlatformProcess,
  startProgram,
  temporaryFolder,
  type PlatformProcess,
} from './testing/platform-process.ts';
import { askPricing, listCandles, listGaps, listTrades } from './testing/prices.ts';
import { archiveFiles, archivingNow, lookAtPricing, openPricing } from './testing/pricing-data.ts';
import { startTradeLoad, type TradeLoad } from './testing/trade-load.ts';
import { drawBatches, drawTrades } from './testing/trade-story.ts';

/** A few by default; `npm run test:crash` sets more. */
const rounds = Number(process.env['PORTOLAN_CRASH_ROUNDS'] ?? 3);
const seed = Number(process.env['PORTOLAN_SEED'] ?? 1);
const limitMs = 60_000 + rounds * 5_000;

/** Of each product. */
const tradesEach = 3_000;
/** Long ago and across a new year, so that intervals of every level close as trades go on. */
const startAt = Date.UTC(2024, 11, 31, 23, 40);
const priceDecimals = 2;

const environment = { PORTOLAN_COINBASE_URL: 'off', PORTOLAN_LOG: 'error' };
const start = (dataFolder: string): Promise<PlatformProcess> => startPlatformProcess(dataFolder, environment, limitMs);

/**
 * Kills the platform again and again while clients hand in trades and it archives; the last one is left to take all of them.
 * Whether a kill meets the archiver at work is left to chance; where none has, the last one waits until it does.
 *
 * @returns For each kill, how many requests it cut off.
 */
async function killUnderLoad(dataFolder: string, load: TradeLoad, address: Address, draws: Draws) {
  const kills: number[] = [];
  const products: string[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (round % 3 === 0) await killWhileItStarts(dataFolder, draws.between(50, 600));
    const platform = await start(dataFolder);
    address.up(platform.url);
    do {
      platform.kill('SIGCONT');
      // Products of their own, as what a kill left half archived is not taken up again at once.
      const pair = [`P${products.length}-USD`, `P${products.length}-EUR`] as const;
      products.push(...pair);
      load.add(await newBatches(platform.url, pair, draws));
      const enough = load.waiting * (0.2 + 0.6 * draws.next());
      await archiveUntil(() => load.waiting < enough, platform.url, pair[0]);
      // This one has everything to do yet.
      await askToArchive(platform.url, pair[1]);
      await pause(draws.between(0, 20));
      platform.kill('SIGSTOP');
    } while (round === rounds && (await archivingNow(dataFolder, products)).length === 0);
    // A kill with nothing left to do would prove nothing.
    expect(load.waiting).toBeGreaterThan(0);
    kills.push(load.underWay);
    address.down();
    expect(await platform.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  }
  const platform = await start(dataFolder);
  address.up(platform.url);
  await load.finish();
  return { platform, kills, products };
}

async function killWhileItStarts(dataFolder: string, afterMs: number): Promise<void> {
  const program = startProgram('main.ts', { environment: { PORTOLAN_DATA: dataFolder, ...environment } });
  await pause(afterMs);
  await program.stop('SIGKILL');
}

/** Makes products known, and batches of their trades. */
async function newBatches(url: string, products: readonly string[], draws: Draws): Promise<ReportedTrade[][]> {
  for (const id of products)
    await askPricing(url, `/products/${id}`, 'PUT', { priceIncrement: '0.01', sizeIncrement: '0.00000001' });
  const stories = products.map((product) =>
    drawTrades({ product, source: 'crash', trades: tradesEach, startAt }, draws),
  );
  return drawBatches(stories, { most: 150, lateness: 1_000 }, draws);
}

const askToArchive = (url: string, product: string): Promise<unknown> =>
  askPricing(url, `/products/${product}/archive`, 'POST');

/** Has a product archived over and over. */
async function archiveUntil(enough: () => boolean, url: string, product: string): Promise<void> {
  while (!enough()) {
    await askToArchive(url, product);
    await pause(10);
  }
}

/**
 * All there is. Without it a list begins with the first trade that was answered; one before, of a batch that a kill cut off
 * and its client gave up, would be left out.
 */
const span = 'from=2024-12-31T00:00:00Z&to=2025-01-02T00:00:00Z';

/** Trades that were answered, and of the others those that turn out to have been taken on: these must be kept as well. */
async function heldOf(url: string, product: string, { fates }: TradeLoad): Promise<HeldTrades> {
  const listed = new Set((await listTrades(url, product, span)).map(({ id }) => id));
  const own = [...fates.values()].filter(({ trade }) => trade.product === product);
  const held = own.filter(({ answered, trade }) => answered || listed.has(trade.id));
  return new HeldTrades(
    held.map(({ trade }) => trade),
    priceDecimals,
  );
}

const levels = { '1s': 'second', '1m': 'minute', '1h': 'hour', '1d': 'day' } as const;

/** Holds what is shown of a product against the trades that were handed in. */
async function checkShown(
  url: string,
  product: string,
  held: HeldTrades,
  intervals: readonly (keyof typeof levels)[],
): Promise<void> {
  expectSame(await listTrades(url, product, span), held.trades);
  expectSame(await listGaps(url, product, span), held.gaps());
  for (const interval of intervals) {
    expectSame(await listCandles(url, product, `interval=${interval}&${span}`), held.candles(levels[interval]));
  }
}

/** The first difference says what is wrong; thousands would hide it. */
function expectSame(found: readonly object[], expected: readonly object[]): void {
  for (let at = 0; at < Math.max(found.length, expected.length); at++)
    if (!isDeepStrictEqual(found[at], expected[at]))
      expect({ at, item: found[at] }).toEqual({ at, item: expected[at] });
}

/** Hands in what clients gave up: known where it was shown, and from now on everything there is. */
async function takeUp(url: string, product: string, shown: HeldTrades, { fates }: TradeLoad): Promise<HeldTrades> {
  const own = [...fates.values()].filter(({ trade }) => trade.product === product);
  const open = own.filter(({ answered }) => !answered).map(({ trade }) => trade);
  const known = new Set(shown.trades);
  const statuses = open.length === 0 ? [] : await handIn(url, open);
  expect(statuses.filter((status, at) => status !== 'duplicate' && known.has(open[at]!))).toEqual([]);
  expect(statuses).not.toContain('rejected');
  return new HeldTrades(
    own.map(({ trade }) => trade),
    priceDecimals,
  );
}

async function handIn(url: string, trades: readonly ReportedTrade[]): Promise<readonly TradeResult['status'][]> {
  const { results } = await askPricing<{ results: TradeResult[] }>(url, '/trades', 'POST', { trades });
  return results.map(({ status }) => status);
}

/** Everything is written and retired, by clocks that are ahead, and shown as before; what is handed in again is known. */
async function checkInTime(dataFolder: string, shown: ReadonlyMap<string, HeldTrades>, load: TradeLoad) {
  const products = [...shown.keys()];
  const held = new Map<string, HeldTrades>();
  {
    await using soon = await openPricing(dataFolder, hours(1));
    for (const [product, own] of shown) held.set(product, await takeUp(soon.url, product, own, load));
  }
  {
    // By then nobody was heard of for long, and the clock alone closes every interval.
    await using later = await openPricing(dataFolder, hours(2));
    const open = await eventually(
      async () => Promise.all(products.map((id) => askPricing<ProductView>(later.url, `/products/${id}`))),
      (views) => views.every(({ openIntervals }) => openIntervals === 0),
      30_000,
    );
    expect(open.filter(({ openIntervals }) => openIntervals > 0)).toEqual([]);
    for (const [product, own] of held) await checkShown(later.url, product, own, ['1m']);
  }
  await using muchLater = await openPricing(dataFolder, hours(4));
  const { retiring, archive } = await eventually(
    () => muchLater.look(products),
    ({ retiring }) => retiring === 0,
    30_000,
  );
  expect(retiring).toBe(0);
  for (const [product, own] of held) {
    checkArchive(archive, product, own);
    await checkShown(muchLater.url, product, own, ['1s', '1m', '1h', '1d']);
    expect(new Set(await handIn(muchLater.url, own.trades))).toEqual(new Set(['duplicate']));
  }
  const files = archiveFiles(dataFolder);
  const texts = new Set(archive.values());
  expect(files.filter((text) => !texts.has(text))).toEqual([]);
  expect(files.length).toBeGreaterThan(0);
  return archive.size;
}

test(
  `${rounds} kills at random moments: every accepted trade is there once, candles are exact, every gap is told, every object is whole`,
  async () => {
    using folder = temporaryFolder();
    const address = new Address();
    const load = startTradeLoad(6, address, drawsFrom(seed + 1));
    const { platform, kills, products } = await killUnderLoad(folder.path, load, address, drawsFrom(seed));
    await using _platform = platform;
    expect(load.refusals.slice(0, 10)).toEqual([]);
    expect([...load.fates.values()].filter(({ accepted }) => accepted > 1)).toEqual([]);
    expect(Math.max(...kills)).toBeGreaterThan(0);

    const shown = new Map<string, HeldTrades>();
    for (const product of products) {
      shown.set(product, await heldOf(platform.url, product, load));
      await checkShown(platform.url, product, shown.get(product)!, ['1m']);
    }
    expect(await platform.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
    const { archiving, archive } = await lookAtPricing(folder.path, products);
    expect(Math.min(archive.size, archiving.length)).toBeGreaterThan(0);
    const objects = await checkInTime(folder.path, shown, load);
    process.stdout.write(summary(kills, archiving, load, shown, objects));
  },
  limitMs,
);

function summary(
  kills: readonly number[],
  archiving: readonly string[],
  { fates }: TradeLoad,
  held: ReadonlyMap<string, HeldTrades>,
  objects: number,
): string {
  const answered = [...fates.values()].filter((one) => one.answered).length;
  const trades = [...held.values()].reduce((sum, one) => sum + one.trades.length, 0);
  const gaps = [...held.values()].reduce((sum, one) => sum + one.gaps().length, 0);
  return (
    `crash of pricing: seed ${seed}, ${kills.length} kills with ${kills.join(', ')} ` +
    `batches under way, ${archiving.length} of ${held.size} products while they were archived; ` +
    `${answered} trades answered, ${fates.size - answered} not (${trades - answered} of them taken on); ` +
    `${gaps} gaps told, ${objects} objects whole\n`
  );
}
