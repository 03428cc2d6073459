import { startExchangeSimulator, type ExchangeSimulator, type SimulatedMarket } from '@portolan/coinbase/simulator';
import { eventually } from '../testing/client.ts';
import { checkWhole } from '../testing/check-whole.ts';
import { latestTrade, listFeeds } from '../testing/prices.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from '../testing/platform-process.ts';
import { madeSince, newestOnTape } from '../testing/tape-trades.ts';

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
    tradesPerSecond: 800,
    epoch: Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000,
  });
  open.defer(() => exchange.stop());
});
afterAll(() => open.disposeAsync());

/** The feed warns of what the exchange does wrong; that is no error. */
const follow = (): Promise<PlatformProcess> =>
  startPlatformProcess(folder.path, {
    PORTOLAN_COINBASE_URL: exchange.websocketUrl,
    PORTOLAN_COINBASE_PRODUCTS: `${product},GONE-EUR`,
  });

test('an exchange that is named is followed as Coinbase, whatever it does wrong, and caught up with after a pause', async () => {
  {
    await using platform = await follow();
    expect(platform.stdout()).toContain(`Price feed      Coinbase Exchange at ${new URL(exchange.restUrl).host}\n`);
    const [feed] = await eventually(
      () => listFeeds(platform.url),
      ([feed]) => feed?.state === 'live',
    );
    expect(feed).toMatchObject({ source: 'coinbase', state: 'live', simulated: false, products: [product] });
    expect(feed!.detail).toBe('the exchange does not know GONE-EUR');
    await misbehave(platform);
    expect(await platform.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  }
  const missedFrom = newestOnTape(exchange.tape, product, Date.now());
  await eventually(
    async () => madeSince(exchange.tape, product, missedFrom, 1_500),
    (made) => made === 1_500,
  );
  await using platform = await follow();
  await checkWhole(platform.url, product, { tape: exchange.tape, source: 'coinbase', until: missedFrom + 1_500 });
}, 60_000);

/** Each fault while trades come, and a connection that breaks while they do. */
async function misbehave({ url }: PlatformProcess): Promise<void> {
  const { faults } = exchange;
  faults.skip(20);
  faults.repeat(20);
  faults.reorder(10);
  faults.garble(5);
  faults.malformed();
  const before = newestOnTape(exchange.tape, product, Date.now());
  await eventually(
    () => latestTrade(url, product),
    (trade) => Number(trade?.id) > before + 100,
  );
  expect(faults.dropConnections()).toBe(1);
  faults.refuseConnections(1);
  faults.failRest(2);
  // With what it does in the next 1.5 s there is a whole second in between.
  await checkWhole(url, product, {
    tape: exchange.tape,
    source: 'coinbase',
    until: newestOnTape(exchange.tape, product, Date.now() + 1_500),
  });
}
