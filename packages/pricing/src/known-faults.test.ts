import { at, startMarket, textOf, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { live } from './ports.ts';

// Faults of the lambda architecture for prices that is known from the literature; each must not come back.

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket();
});
afterEach(() => pricing.stop());

/** Lets time pass, and hands in one trade a minute from another product's feed never: the clock alone closes intervals. */
const pass = (seconds: number): Promise<void> => pricing.world.advance(seconds * 1_000);

test('every record of a batch counts, not only the first', async () => {
  const results = await pricing.post(Array.from({ length: 500 }, (_, n) => trade(n + 1, at(0))));
  expect(results).toHaveLength(500);
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['accepted']));
  expect(await pricing.candles()).toMatchObject([{ count: 500, volume: '50' }]);
});

test('averages are over buys and sells; by size where it is a VWAP; exact where floats are not', async () => {
  await pricing.post([
    trade(1, at(0), { price: '0.10', size: '0.1', side: 'buy' }),
    trade(2, at(1), { price: '0.20', size: '0.2', side: 'sell' }),
    trade(3, at(2), { price: '0.30', size: '0.00000003', side: 'sell' }),
  ]);
  // In floats 0.1 * 0.1 + 0.2 * 0.2 is 0.05000000000000001.
  expect(await pricing.candles()).toMatchObject([{ average: '0.2', volume: '0.30000003', vwap: '0.16666668' }]);
});

test('a batch that spans two minutes is filed under both', async () => {
  await pricing.post([trade(1, at(-1)), trade(2, at(0))]);
  await pass(180);
  expect(await textOf(pricing, 'minutes/BTC-USD/2026/01/31/11/59.jsonl.gz')).toContain('"id":"1"');
  expect(await textOf(pricing, 'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz')).toContain('"id":"2"');
});

test('two batches of one minute stand in one object, none overwriting the other', async () => {
  await pricing.post([trade(1, at(1))]);
  await pricing.post([trade(2, at(2))]);
  await pass(180);
  const lines = (await textOf(pricing, 'minutes/BTC-USD/2026/01/31/12/00.jsonl.gz')).trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['1', '2']);
});

test('an hour is written though its minute 59 had no trade, and a day though its hour 23 had none', async () => {
  await pricing.post([trade(1, at(0))]);
  await pass(14 * 3_600);
  const keys = [...(await pricing.archived()).keys()];
  expect(keys).toContain('hours/BTC-USD/2026/01/31/12.json.gz');
  expect(keys).toContain('days/BTC-USD/2026/01/31.json.gz');
  expect(JSON.parse(await textOf(pricing, 'hours/BTC-USD/2026/01/31/12.json.gz'))).toMatchObject({
    product: 'BTC-USD',
    interval: '2026-01-31T12',
    total: { average: '50000', vwap: '50000', volume: '0.1', count: 1, ids: { test: { first: 1, last: 1, held: 1 } } },
    children: { interval: '2026-01-31T12:00', open: '50000', close: '50000', count: '1' },
  });
});

test('a trade that comes again is a duplicate, whenever it comes', async () => {
  const one = trade(1, at(0));
  expect(await pricing.post([one, one])).toEqual([{ status: 'accepted' }, { status: 'duplicate' }]);
  expect(await pricing.post([one])).toEqual([{ status: 'duplicate' }]);
  await pass(3_700);
  const before = await pricing.archived();
  expect(await pricing.post([one])).toEqual([{ status: 'duplicate' }]);
  await pass(300);
  expect(await pricing.archived()).toEqual(before);
  expect(pricing.revised).toEqual([]);
});

test('a trade is known by source and id: for another minute it is refused, from another source it is another', async () => {
  expect(await pricing.post([trade(1, at(0))])).toEqual([{ status: 'accepted' }]);
  expect(await pricing.post([trade(1, at(-120))])).toMatchObject([{ status: 'rejected', field: 'time' }]);
  expect(await pricing.post([trade(1, at(0), { source: 'other' })])).toEqual([{ status: 'accepted' }]);
  expect(await pricing.trades()).toMatchObject([
    { source: 'other' },
    { source: 'test', time: '2026-01-31T12:00:00.000000Z' },
  ]);
});

test('a late trade has every interval around it written anew, and a revision of each is told', async () => {
  await pricing.post([trade(1, at(0)), trade(3, at(2))]);
  await pass(14 * 3_600);
  expect(await pricing.ask('listGaps', { params: { id: 'BTC-USD' }, query: {} })).toMatchObject({
    gaps: [{ source: 'test', first: '2', last: '2', missing: 1 }],
  });
  await pricing.post([trade(2, at(1), { price: '49999' })]);
  await pass(300);
  expect(pricing.revised.map(({ interval }) => interval)).toEqual([
    '2026-01-31T12:00',
    '2026-01-31T12',
    '2026-01-31',
    '2026-01',
  ]);
  expect(await pricing.candles({ interval: '1d', from: at(-43_200) })).toMatchObject([{ low: '49999', count: 3 }]);
  expect(await pricing.ask('listGaps', { params: { id: 'BTC-USD' }, query: {} })).toEqual({ gaps: [] });
});

test('trades of a product are found by any range of time, page by page', async () => {
  await pricing.post(Array.from({ length: 100 }, (_, n) => trade(n + 1, at(n - 99))));
  const found = await pricing.trades({ from: at(-60), to: at(-20), limit: '7' });
  expect(found.map(({ id }) => Number(id))).toEqual(Array.from({ length: 40 }, (_, n) => n + 40));
});

test('whoever follows sees every trade, one by one', async () => {
  const dialled = await pricing.world.dial(live, { query: { products: 'BTC-USD' } });
  if (dialled.kind !== 'open') throw new Error('refused');
  await pricing.post(Array.from({ length: 250 }, (_, n) => trade(n + 1, at(0))));
  await pricing.world.settle();
  const frames = dialled.client.received.map((text) => JSON.parse(text) as { type: string; trades?: { id: string }[] });
  const ids = frames.flatMap(({ trades = [] }) => trades.map(({ id }) => Number(id)));
  expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, n) => n + 1));
  expect(frames.at(-1)).toMatchObject({ type: 'candle', product: 'BTC-USD', interval: '1m', candle: { count: 250 } });
});
