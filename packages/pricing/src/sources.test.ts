import { minutes } from '@portolan/kernel';
import type { Gap } from './intake.ts';
import { at, startMarket, trade, type PricingSimulation } from './testing/pricing-simulation.ts';
import { maxSources } from './admission.ts';
import { tickers } from './ports.ts';

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket();
});
afterEach(() => pricing.stop());

const from = (source: number, id = 1) => trade(id, at(0), { source: `s${source}` });
const many = Array.from({ length: maxSources }, (_, n) => n);

test('a product has at most 32 sources: more are refused, and nothing of them is stored', async () => {
  const batch = [...many.map((n) => from(n)), from(32), from(0, 2), from(32)];
  const refused = { status: 'rejected', field: 'source', reason: expect.stringContaining('32 sources') as string };
  const accepted = { status: 'accepted' };
  expect(await pricing.post(batch)).toEqual([...many.map(() => accepted), refused, accepted, refused]);
  expect(await pricing.post([from(33), from(3, 2), from(3)])).toEqual([refused, accepted, { status: 'duplicate' }]);
  expect(new Set((await pricing.trades()).map(({ source }) => source)).size).toBe(32);
  const ticker = await pricing.world.open(tickers).get({ product: 'BTC-USD' });
  expect(Object.keys(ticker!.item.sources)).toHaveLength(32);
});

test('another product has sources of its own', async () => {
  await pricing.post(many.map((n) => from(n)));
  const body = { priceIncrement: '0.01', sizeIncrement: '0.1' };
  await pricing.ask('putProduct', { params: { id: 'ETH-USD' }, body });
  expect(await pricing.post([{ ...from(99), product: 'ETH-USD' }])).toEqual([{ status: 'accepted' }]);
});

const forget = (source: number) =>
  pricing.ask<{ readonly sources: readonly string[] }>('forgetSource', {
    params: { id: 'BTC-USD', source: `s${source}` },
  });
const accepted = { status: 'accepted' };

test('a source that is forgotten makes room for another, and loses no trade; forgotten twice it is forgotten once', async () => {
  await pricing.post(many.map((n) => from(n)));
  expect((await forget(7)).sources).toHaveLength(31);
  expect(await pricing.post([from(32), from(33)])).toMatchObject([accepted, { status: 'rejected', field: 'source' }]);
  expect((await forget(7)).sources).toEqual([...many.filter((n) => n !== 7), 32].map((n) => `s${n}`));
  expect((await pricing.trades()).map(({ source }) => source)).toContain('s7');
  expect(await pricing.candles()).toMatchObject([{ count: 33 }]);
  expect(await pricing.post([from(7)])).toMatchObject([{ status: 'rejected', field: 'source' }]);
});

const gaps = async () => (await pricing.ask<{ gaps: readonly Gap[] }>('listGaps', { params, query: {} })).gaps;
const params = { id: 'BTC-USD' };

test('gaps of a forgotten source end, what its feed says it had traded too; when it sends again they are there again', async () => {
  await pricing.post([from(0), from(0, 3), from(1), from(1, 4)]);
  const mark = { product: 'BTC-USD', lastId: '9', time: at(0) };
  const feed = { state: 'live', endpoint: 'x', simulated: true, products: ['BTC-USD'], marks: [mark] };
  await pricing.ask('putFeed', { params: { source: 's1' }, body: feed });
  await pricing.world.advance(minutes(1));
  const all = [
    { source: 's0', missing: 1 },
    { source: 's1', missing: 2 },
    { source: 's1', missing: 5 },
  ];
  expect(await gaps()).toMatchObject(all);
  await forget(1);
  expect(await gaps()).toMatchObject(all.slice(0, 1));
  await pricing.post([from(1)]);
  expect(await gaps()).toMatchObject(all);
});

test('a forgotten source proves nothing of intervals without its trades, and is asked of those with them', async () => {
  const second = (n: number, source: number, id: number) => ({ ...from(source, id), time: at(n) });
  await pricing.post([second(0, 0, 1), second(60, 0, 2), second(70, 1, 1), second(120, 0, 3), second(180, 0, 4)]);
  await pricing.world.advance(minutes(4));
  const complete = async () => (await pricing.candles({ from: at(0), to: at(240) })).map(({ complete }) => complete);
  expect(await complete()).toEqual([false, false, false, false]);
  await forget(1);
  expect(await complete()).toEqual([false, false, true, false]);
  await forget(0);
  const silent = await pricing.candles({ from: at(240), to: at(300), fill: 'null' });
  expect(silent).toMatchObject([{ count: 0, complete: false }]);
});

test('a late trade in a minute of a forgotten source does not bring it back', async () => {
  await pricing.post([from(0), from(1)]);
  await pricing.world.advance(minutes(5));
  await forget(1);
  await pricing.post([from(0, 2)]);
  await pricing.world.advance(minutes(5));
  expect(await pricing.ask('getProduct', { params })).toMatchObject({ sources: ['s0'], openIntervals: 1 });
  expect(await pricing.candles({ from: at(0), to: at(60) })).toMatchObject([{ count: 3 }]);
});

test('of a product that is not known nothing can be forgotten', async () => {
  const reply = await pricing.call('forgetSource', { params: { id: 'ETH-USD', source: 's0' } });
  expect(reply).toMatchObject({ kind: 'problem', problem: 'not-found' });
});

test('callers who name sources at the same time share the 32', async () => {
  const answers = await Promise.all(
    [0, 20, 40].map((first) => pricing.post(many.slice(0, 20).map((n) => from(first + n)))),
  );
  expect(answers.flat().filter(({ status }) => status === 'accepted')).toHaveLength(32);
});
