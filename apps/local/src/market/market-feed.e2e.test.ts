import { startExchangeSimulator, type ExchangeSimulator, type SimulatedMarket } from '@portolan/coinbase/simulator';
import { eventually } from '../testing/client.ts';
import { latestTrade, listCandles, listFeeds, listGaps, listTrades } from '../testing/prices.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from '../testing/platform-process.ts';
import { madeSince, tradesOnTape } from '../testing/tape-trades.ts';

/** More than a page of its history is traded while nobody looks. */
const market: SimulatedMarket = {
  id: 'FAST-EUR',
  priceIncrement: '0.01',
  sizeIncrement: '0.0001',
  basePrice: 250,
  volatility: 0.8,
  medianSize: 3,
};
const product = market.id;

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
let exchange: ExchangeSimulator;
beforeAll(async () => {
  exchange = await startExchangeSimulator({
    products: [market],
    tradesPerSecond: 500,
    epoch: Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000,
  });
  open.defer(() => exchange.stop());
});
afterAll(() => open.disposeAsync());

/** The feed warns of what the exchange does wrong; that is no error. */
const follow = (): Promise<PlatformProcess> =>
  startPlatformProcess(folder.path, {
    PORTOLAN_COINBASE_URL: exchange.websocketUrl,
    PORTOLAN_COINBASE_REST_URL: exchange.restUrl,
    PORTOLAN_COINBASE_PRODUCTS: `${product},GONE-EUR`,
  });

test('an exchange that is named is followed as Coinbase, whatever it does wrong, and caught up with after a pause', async () => {
  {
    await using platform = await follow();
    expect(platform.stdout()).toContain(`Prices          Coinbase Exchange at ${new URL(exchange.restUrl).host}\n`);
    const [feed] = await eventually(
      () => listFeeds(platform.url),
      ([feed]) => feed?.state === 'live',
    );
    expect(feed).toMatchObject({ source: 'coinbase', state: 'live', simulated: false, products: [product] });
    expect(feed!.detail).toBe('the exchange does not know GONE-EUR');
    await misbehave(platform);
    expect(await platform.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  }
  const missedFrom = newestOnTape();
  await eventually(
    async () => madeSince(exchange.tape, product, missedFrom, 2_000),
    (made) => made === 2_000,
  );
  await using platform = await follow();
  await checkWhole(platform.url, missedFrom + 2_000);
}, 60_000);

const newestOnTape = (): number =>
  exchange.tape.older(product, exchange.tape.marketTime(Date.now()), Infinity, 1)[0]!.id;

/** Each fault while trades come, and a connection that breaks while they do. */
async function misbehave({ url }: PlatformProcess): Promise<void> {
  const { faults } = exchange;
  faults.skip(20);
  faults.repeat(20);
  faults.reorder(10);
  faults.garble(5);
  faults.malformed();
  const before = newestOnTape();
  await eventually(
    () => latestTrade(url, product),
    (trade) => Number(trade?.id) > before + 100,
  );
  expect(faults.dropConnections()).toBe(1);
  faults.refuseConnections(1);
  faults.failRest(2);
  await checkWhole(url, newestOnTape() + 100);
}

/** Everything from the first that was fetched until an id is there, as the exchange made it, and complete in every second. */
async function checkWhole(url: string, until: number): Promise<void> {
  const newest = await eventually(
    () => latestTrade(url, product),
    (trade) => Number(trade?.id) >= until,
  );
  expect(
    await eventually(
      () => listGaps(url, product),
      (gaps) => gaps.length === 0,
    ),
  ).toEqual([]);
  const last = Number(newest!.id);
  const trades = (await listTrades(url, product)).filter(({ id }) => Number(id) <= last);
  const first = Number(trades[0]!.id);
  expect(trades).toEqual(tradesOnTape(exchange.tape, product, { source: 'coinbase', first, last }));

  const [from, to] = [secondBehind(trades[0]!.time), `${trades.at(-1)!.time.slice(0, 19)}.000000Z`];
  const candles = await listCandles(url, product, `interval=1s&fill=null&from=${from}&to=${to}`);
  expect(candles.filter(({ complete }) => !complete)).toEqual([]);
  const within = trades.filter(({ time }) => time >= candles[0]!.start && time < to);
  expect(candles.reduce((sum, { count }) => sum + count, 0)).toBe(within.length);
}

const secondBehind = (time: string): string => new Date(Math.ceil(Date.parse(time) / 1_000) * 1_000).toISOString();
