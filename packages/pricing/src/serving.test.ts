import { market } from './testing/market.ts';
import { at, noon, startMarket, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { CandleFold } from './fold.ts';
import { readTrade } from './read-trade.ts';
import { candleOf } from './candle.ts';
import { trades } from './ports.ts';
import type { Gap } from './intake.ts';
import { from, pagesOf } from '@portolan/kernel';
import type { PortCall } from '@portolan/kernel/testing';

const params = { id: 'BTC-USD' };
const scale = { priceDecimals: 2, priceStep: 1, sizeDecimals: 8, sizeStep: 1 };

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket();
});
afterEach(() => pricing.stop());

test.each(['1s', '1m', '5m', '15m', '1h', '6h', '1d'] as const)(
  'candles of %s are those of the trades, on both sides of the seam between archive and table',
  async (interval) => {
    const history = market(1_500, noon - 9 * 3_600_000, 20_000);
    await pricing.post(history.slice(0, 1_200));
    await pricing.world.advance(300_000);
    // What comes now stays in the table alone, next to minutes that are archived.
    await pricing.post(history.slice(1_200));
    const fold = new CandleFold(interval);
    for (const one of history) {
      const reading = readTrade(one, () => scale);
      if (reading.kind === 'trade') fold.add(reading.trade);
    }
    const expected = [...fold.summaries()].map(([begin, summary]) => candleOf(begin, summary, scale, false));
    const candles = await pricing.candles({ interval, from: at(-10 * 3_600), to: at(3_600), limit: '5000' });
    expect(candles.map((candle) => ({ ...candle, complete: false }))).toEqual(expected);
  },
);

test('intervals without trades are left out, null, or the close before, as asked', async () => {
  await pricing.post([trade(1, at(-240), { price: '5' }), trade(2, at(-60), { price: '6' })]);
  const query = { from: at(-300), to: at(0) };
  const closes = async (fill: string) => (await pricing.candles({ ...query, fill })).map(({ close }) => close);
  expect(await closes('omit')).toEqual(['5', '6']);
  expect(await closes('null')).toEqual([null, '5', null, null, '6']);
  expect(await closes('previous')).toEqual([null, '5', '5', '5', '6']);
  expect((await pricing.candles({ from: at(-180), to: at(-120), fill: 'previous' }))[0]).toMatchObject({
    open: '5',
    volume: '0',
    vwap: null,
    count: 0,
  });
});

test('a candle is complete when the ids around it prove that nothing is missing', async () => {
  await pricing.post([1, 2, 3, 4, 6, 7].map((id) => trade(id, at(id * 60 - 600))));
  const complete = async () =>
    (await pricing.candles({ from: at(-600), to: at(0) })).map(({ complete: proven }) => proven);
  // Nothing is known before the first; 5 is missing next to the fourth and fifth; nothing is known after the last.
  expect(await complete()).toEqual([false, true, true, false, false, false]);
  await pricing.post([trade(5, at(-300))]);
  expect(await complete()).toEqual([false, true, true, true, true, true, false]);
});

test('a feed that says which trade was the newest proves the last candle, and a gap at the end', async () => {
  await pricing.post([1, 2].map((id) => trade(id, at(id * 60 - 240))));
  const body = { state: 'live', endpoint: 'wss://feed.example', simulated: true, products: ['BTC-USD'] };
  const mark = { product: 'BTC-USD', lastId: '2', time: at(-30) };
  await pricing.ask('putFeed', { params: { source: 'test' }, body: { ...body, marks: [mark] } });
  expect((await pricing.candles({ from: at(-240), to: at(0) })).map(({ complete }) => complete)).toEqual([false, true]);
  await pricing.ask('putFeed', { params: { source: 'test' }, body: { ...body, marks: [{ ...mark, lastId: '4' }] } });
  expect((await pricing.candles({ from: at(-240), to: at(0) })).map(({ complete }) => complete)).toEqual([
    false,
    false,
  ]);
  expect(await pricing.ask('listGaps', { params, query: {} })).toMatchObject({
    gaps: [{ first: '3', last: '4', missing: 2 }],
  });
});

/** Starts the service anew. @returns How often its API has read from a port since. */
async function countReads(): Promise<(port: 'archive' | 'marks' | 'trades') => number> {
  await pricing.stop();
  const reads = new Map<string, number>();
  const record = ({ function: name, port, method }: PortCall): void => {
    if (name === 'api' && ['get', 'head', 'query'].includes(method)) reads.set(port, (reads.get(port) ?? 0) + 1);
  };
  pricing = await startMarket({ record });
  return (port) => reads.get(port) ?? 0;
}

test('the average over any span is exact, and reads one object of each level and side, however long the span', async () => {
  const reads = await countReads();
  const history = market(300, noon - 40 * 86_400_000, 11_000_000);
  await pricing.post(history);
  await pricing.world.advance(600_000);
  const before = reads('archive');
  const from = history[25]!.time;
  const to = history[275]!.time;
  const body = await pricing.ask<{ average: string; count: number }>('getAverage', { params, query: { from, to } });
  const some = history.filter(({ time }) => time >= from && time < to);
  const cents = some.reduce((sum, { price }) => sum + BigInt(price.replace('.', '')), 0n);
  expect(body.count).toBe(some.length);
  const rounded = Number(cents) / 100 / some.length;
  expect(Number(body.average)).toBeCloseTo(rounded, 8);
  // From December to January: a minute, an hour, a day, a month and a year on each side.
  expect(reads('archive') - before).toBe(10);
});

test('where no trade can lie, nothing is read, however wide the question', async () => {
  const reads = await countReads();
  const ever = { from: '1970-01-01T00:00:00Z', to: '2200-12-31T23:59:59Z' };
  expect(await pricing.ask('getAverage', { params, query: ever })).toMatchObject({ average: null, count: 0 });
  expect(await pricing.ask('listGaps', { params, query: {} })).toEqual({ gaps: [] });
  expect(await pricing.trades()).toEqual([]);
  expect(await pricing.candles()).toEqual([]);
  expect(reads('archive')).toBe(0);
  await pricing.post([trade(1, at(-40 * 86_400))]);
  await pricing.world.advance(600_000);
  const before = reads('archive');
  expect(await pricing.ask('getAverage', { params, query: ever })).toMatchObject({ count: 1 });
  expect(reads('archive') - before).toBe(1);
});

test('what waits to be archived is read where it is asked for, and nowhere else', async () => {
  const reads = await countReads();
  const history = market(3_000, noon - 3_000 * 60_000, 60_000);
  await pricing.post(history);
  const minute = (history[1_500]!.time as string).slice(0, 16);
  const [rows, marks] = [reads('trades'), reads('marks')];
  const query = { from: `${minute}:00Z`, to: `${minute}:59Z` };
  expect(await pricing.candles(query)).toMatchObject([{ count: 1, complete: true }]);
  // The minute itself, and those beside it, which prove it.
  expect(reads('trades') - rows).toBe(3);
  expect(reads('marks') - marks).toBeLessThan(20);
});

test('candles are told up to the end of time', async () => {
  await pricing.post([trade(1, at(-60))]);
  const query = { from: '2200-12-31T23:50:00Z', to: '2200-12-31T23:59:59Z', fill: 'null' };
  expect(await pricing.candles(query)).toHaveLength(10);
});

test('trades are listed page by page, however many share an instant', async () => {
  const ids = Array.from({ length: 4_500 }, (_, n) => n + 1);
  await pricing.post(ids.map((id) => trade(id, at(-60))));
  expect((await pricing.trades({ limit: '1000' })).map(({ id }) => Number(id))).toEqual(ids);
  await pricing.world.advance(600_000);
  expect((await pricing.trades({ limit: '1000' })).map(({ id }) => Number(id))).toEqual(ids);
});

test('gaps are listed page by page, from either end, those of one source alone if asked', async () => {
  const odd = Array.from({ length: 40 }, (_, n) => trade(2 * n + 1, at(n - 600)));
  const other = [1, 3].map((id) => trade(id, at(id - 600), { source: 'other' }));
  await pricing.post([...odd, ...other]);
  const pages = async (query: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const firsts: string[] = [];
    for await (const gaps of pagesOf(async (next) => {
      const page = await pricing.ask<{ gaps: readonly Gap[]; cursor?: string }>('listGaps', {
        params,
        query: { ...query, ...next },
      });
      return { items: page.gaps, ...from(page.cursor) };
    }))
      firsts.push(...gaps.map(({ source, first }) => `${source} ${first}`));
    return firsts;
  };
  const ofTest = Array.from({ length: 39 }, (_, n) => `test ${2 * n + 2}`);
  expect(await pages({ source: 'test', limit: '7' })).toEqual(ofTest);
  expect(await pages({ source: 'test', limit: '7', order: 'newest' })).toEqual(ofTest.toReversed());
  expect(await pages({ source: 'other' })).toEqual(['other 2']);
  expect(new Set(await pages({ limit: '3' }))).toEqual(new Set([...ofTest, 'other 2']));
});

test('one bad trade spoils no other, and is told what was wrong with it', async () => {
  const results = await pricing.post([
    trade(1, at(0)),
    trade(2, at(0), { price: '0.001' }),
    trade(3, at(0), { product: 'DOGE-USD' }),
    trade(4, at(3_600)),
    'nonsense',
    trade(5, at(0), { size: '-1' }),
    trade(6, at(0)),
  ]);
  expect(results).toMatchObject([
    { status: 'accepted' },
    { status: 'rejected', field: 'price', reason: expect.stringContaining('0.001') as string },
    { status: 'rejected', field: 'product', reason: expect.stringContaining('DOGE-USD') as string },
    { status: 'rejected', field: 'time' },
    { status: 'rejected' },
    { status: 'rejected', field: 'size' },
    { status: 'accepted' },
  ]);
  expect((await pricing.trades()).map(({ id }) => id)).toEqual(['1', '6']);
});

test('trades leave the table once retention has passed, and are found as before; one that comes again is known', async () => {
  await pricing.stop();
  pricing = await startMarket({ settings: { retentionMs: 3_600_000 } });
  const history = market(200, noon - 600_000, 2_000);
  await pricing.post(history);
  const before = await pricing.trades();
  await pricing.world.advance(4 * 3_600_000);
  const rows = pricing.world.open(trades);
  for (const minute of new Set(history.map(({ time }) => `BTC-USD/${time.slice(0, 16)}`)))
    expect((await rows.query({ partition: minute })).items).toEqual([]);
  expect(await pricing.trades()).toEqual(before);
  const objects = await pricing.archived();
  expect(new Set((await pricing.post(history)).map(({ status }) => status))).toEqual(new Set(['duplicate']));
  await pricing.post([trade(201, new Date(noon - 600_000).toISOString())]);
  await pricing.world.advance(600_000);
  expect(await pricing.trades()).toHaveLength(201);
  expect((await pricing.archived()).size).toBe(objects.size);
});

test('without a span, the latest intervals are told, and nothing behind them', async () => {
  await pricing.post([trade(1, at(-90)), trade(2, at(-30)), trade(3, at(0))]);
  const page = await pricing.ask<{ candles: object[]; cursor?: string }>('listCandles', {
    params,
    query: { limit: '2' },
  });
  expect(page).toMatchObject({ candles: [{ count: 1 }, { count: 1 }] });
  expect(page.cursor).toBeUndefined();
});

test('increments become finer, never coarser', async () => {
  const put = (priceIncrement: string) =>
    pricing.call('putProduct', { params, body: { priceIncrement, sizeIncrement: '0.00000001' } });
  await pricing.post([trade(1, at(0), { price: '0.01' })]);
  await pricing.world.advance(600_000);
  expect(await put('0.1')).toMatchObject({ kind: 'ok', body: { priceIncrement: '0.01' } });
  expect(await put('0.001')).toMatchObject({ kind: 'ok', body: { priceIncrement: '0.001' } });
  expect(await put('0.01')).toMatchObject({ kind: 'ok', body: { priceIncrement: '0.001' } });
  await pricing.post([trade(2, at(1), { price: '0.001' })]);
  expect(await pricing.candles({ from: at(-60) })).toMatchObject([{ open: '0.01', close: '0.001' }]);
});

test('increments that do not go together become what both are multiples of, and the answer shows them', async () => {
  const put = (priceIncrement: string, sizeIncrement: string) =>
    pricing.ask('putProduct', { params, body: { priceIncrement, sizeIncrement } });
  await pricing.post([trade(1, at(0), { price: '0.01' })]);
  const common = { priceIncrement: '0.002', sizeIncrement: '0.00000001' };
  expect(await put('0.004', '0.1')).toMatchObject(common);
  expect(await pricing.ask('getProduct', { params })).toMatchObject(common);
  const results = await pricing.post([trade(2, at(1), { price: '0.004' }), trade(3, at(2), { price: '0.005' })]);
  expect(results).toMatchObject([{ status: 'accepted' }, { status: 'rejected', field: 'price' }]);
  expect((await pricing.trades()).map(({ price }) => price)).toEqual(['0.01', '0.004']);
});

test('an aggregate holds every id that it covers: no other trade of its source may have one of them', async () => {
  expect(await pricing.post([trade(10, at(0), { count: 3 }), trade(998, at(0), { count: 5 })])).toEqual([
    { status: 'accepted' },
    { status: 'accepted' },
  ]);
  const results = await pricing.post([
    trade(11, at(0)),
    trade(13, at(0)),
    trade(9, at(0), { count: 2 }),
    trade(1_001, at(0)),
    trade(10, at(0), { count: 3 }),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'accepted', 'rejected', 'rejected', 'duplicate']);
  expect(await pricing.candles()).toMatchObject([{ count: 9 }]);
});

test('an id that is an integer may be one in JSON', async () => {
  expect(await pricing.post([{ ...trade(7, at(0)), id: 7 }, trade(7, at(0))])).toEqual([
    { status: 'accepted' },
    { status: 'duplicate' },
  ]);
});

test.each([
  ['an unknown product', 'listCandles', { params: { id: 'NO-SUCH' }, query: {} }, 'not-found', 'NO-SUCH'],
  ['an interval that is none', 'listCandles', { params, query: { interval: '2m' } }, 'invalid', 'query.interval'],
  [
    'a span that ends before it begins',
    'getAverage',
    { params, query: { from: at(0), to: at(-1) } },
    'invalid',
    'query.from',
  ],
  ['an instant that is none', 'listTrades', { params, query: { from: 'yesterday' } }, 'invalid', 'query.from'],
  ['a cursor of another list', 'listTrades', { params, query: { cursor: 'x' } }, 'invalid', 'query.cursor'],
  [
    'a cursor behind the end',
    'listCandles',
    { params, query: { cursor: '9007199220000000' } },
    'invalid',
    'query.cursor',
  ],
  ['a cursor of no gap', 'listGaps', { params, query: { cursor: 'x~y' } }, 'invalid', 'query.cursor'],
  ['a page that is too long', 'listTrades', { params, query: { limit: '5001' } }, 'invalid', 'query.limit'],
  ['no trades at all', 'postTrades', { body: { trades: [] } }, 'invalid', 'body.trades'],
])('%s is a clear error', async (_, operation, call, kind, words) => {
  const reply = await pricing.call(operation, call);
  expect(reply).toMatchObject({ kind: 'problem', problem: kind });
  expect(JSON.stringify(reply)).toContain(words);
});

test.each(['0', '5001', '1.5', 'ten'])('a page of "%s" candles is refused with what a page may have', async (limit) => {
  const reply = await pricing.call('listCandles', { params: { id: 'BTC-USD' }, query: { limit } });
  expect(reply).toMatchObject({
    problem: 'invalid',
    errors: [{ field: 'query.limit', value: limit, expected: 'expected a whole number, 1 to 5000' }],
  });
});
