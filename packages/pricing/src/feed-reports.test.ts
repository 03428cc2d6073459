import { seconds } from '@portolan/kernel';
import { at, noon, startMarket, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { tickers } from './ports.ts';

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket({ settings: { latenessMs: seconds(5), idleMs: seconds(120) } });
});
afterEach(() => pricing.stop());

const report = (marks: readonly (readonly [second: number, product?: string])[], source = 'test') =>
  pricing.ask('putFeed', {
    params: { source },
    body: {
      state: 'live',
      endpoint: 'wss://feed.example',
      simulated: true,
      products: ['BTC-USD'],
      marks: marks.map(([second, product = 'BTC-USD']) => ({ product, lastId: '1', time: at(second) })),
    },
  });
const tickerOf = (product: string) => pricing.world.open(tickers).get({ product });

test('marks of products that nobody knows, or that the source has no trades of, leave nothing behind', async () => {
  await pricing.post([trade(1, at(-30))]);
  const before = await tickerOf('BTC-USD');
  await report([[-10, 'NO-SUCH'], [-10]], 'silent');
  expect(await tickerOf('NO-SUCH')).toBeUndefined();
  expect(await tickerOf('BTC-USD')).toEqual(before);
});

test('a ticker is written where a mark moves its source by more than may come late, or the source was silent for long', async () => {
  await pricing.post([trade(1, at(-30))]);
  const isWritten = async (second: number): Promise<boolean> => {
    const before = await tickerOf('BTC-USD');
    await report([[second]]);
    return (await tickerOf('BTC-USD'))!.version !== before!.version;
  };
  expect(await isWritten(-26)).toBe(false);
  expect(await isWritten(-20)).toBe(true);
  expect((await tickerOf('BTC-USD'))!.item.sources).toEqual({
    test: { time: (noon - 20_000) * 1_000, heardAt: noon },
  });
  expect(await isWritten(-18)).toBe(false);
  await pricing.world.advance(40_000);
  expect(await isWritten(-18)).toBe(true);
  expect((await tickerOf('BTC-USD'))!.item.sources).toEqual({
    test: { time: (noon - 18_000) * 1_000, heardAt: noon + 40_000 },
  });
});

test('of several marks of a product the newest counts, and none counts for a time that has not come', async () => {
  await pricing.post([trade(1, at(-30))]);
  await report([[-20], [3_600], [-10]]);
  expect((await tickerOf('BTC-USD'))!.item.sources).toMatchObject({ test: { time: noon * 1_000 } });
});

test('a feed that goes on has the intervals of a product closed that nobody trades', async () => {
  await pricing.post([trade(1, at(-30))]);
  await pricing.world.advance(70_000);
  expect((await pricing.archived()).size).toBe(0);
  await report([[60]]);
  await pricing.world.advance(60_000);
  expect([...(await pricing.archived()).keys()]).toContain('minutes/BTC-USD/2026/01/31/11/59.jsonl.gz');
});
