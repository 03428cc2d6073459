import { at, startMarket, trade, type PricingSimulation } from './testing/pricing-simulation.ts';

// A source that contradicts itself: the first word counts, and what is refused takes no id away from anybody.
const params = { id: 'BTC-USD' };

let pricing: PricingSimulation;
beforeEach(async () => {
  pricing = await startMarket();
});
afterEach(() => pricing.stop());

const accepted = { status: 'accepted' };
const duplicate = { status: 'duplicate' };
const rejected = (field: string, words: string) => ({
  status: 'rejected',
  field,
  reason: expect.stringContaining(words) as string,
});

test.each([
  ['of a minute before', at(-120), 'trade 5 of 2026-01-31T12:00'],
  ['of a minute after', at(60), 'trade 5 of 2026-01-31T12:00'],
])('an id that was reported is refused for another minute, %s', async (_, time, words) => {
  expect(await pricing.post([trade(5, at(0))])).toEqual([accepted]);
  expect(await pricing.post([trade(5, time), trade(5, at(0))])).toEqual([rejected('time', words), duplicate]);
  expect(await pricing.candles({ from: at(-300), to: at(300) })).toMatchObject([
    { start: '2026-01-31T12:00:00.000000Z' },
  ]);
});

test.each([
  ['begins with it', trade(5, at(0)), trade(5, at(0), { count: 3 }), 'count', 'trade 5 of'],
  ['ends with it', trade(5, at(0)), trade(3, at(0), { count: 3 }), 'id', 'trade 5 of'],
  ['begins with it, in the block before', trade(1_001, at(0)), trade(998, at(0), { count: 5 }), 'id', 'trade 1001 of'],
  ['is longer', trade(5, at(0), { count: 2 }), trade(5, at(0), { count: 3 }), 'count', 'trade 5 to 6 of'],
  ['is shorter', trade(998, at(0), { count: 5 }), trade(998, at(0), { count: 4 }), 'count', 'trade 998 to 1002 of'],
  ['overlaps it', trade(998, at(0), { count: 5 }), trade(1_000, at(0), { count: 9 }), 'id', 'trade 998 to 1002 of'],
])(
  'an aggregate that contradicts a trade, as it %s, leaves its ids to others',
  async (_, known, other, field, words) => {
    expect(await pricing.post([known])).toEqual([accepted]);
    expect(await pricing.post([other])).toEqual([rejected(field, words)]);
    const covered = (one: { readonly id: string; readonly count?: number }): number[] =>
      Array.from({ length: one.count ?? 1 }, (_, n) => Number(one.id) + n);
    const left = covered(other).filter((id) => !covered(known).includes(id));
    for (const id of left) expect(await pricing.post([trade(id, at(0))])).toEqual([accepted]);
    expect(await pricing.post([known])).toEqual([duplicate]);
    expect(await pricing.ask('listGaps', { params, query: {} })).toEqual({ gaps: [] });
    expect(await pricing.candles()).toMatchObject([{ count: left.length + (known.count ?? 1) }]);
  },
);

test('within one batch the same holds, and what repeats a refused trade is refused, too', async () => {
  const [one, wide, elsewhere] = [trade(5, at(0)), trade(4, at(0), { count: 3 }), trade(5, at(-60))];
  expect(await pricing.post([one, wide, elsewhere, one, wide, elsewhere])).toEqual([
    accepted,
    rejected('id', 'trade 5 of'),
    rejected('time', 'trade 5 of'),
    duplicate,
    rejected('id', 'trade 5 of'),
    rejected('time', 'trade 5 of'),
  ]);
});

test('an aggregate that has ids in many blocks is one trade, however often it comes', async () => {
  const wide = trade(1_500, at(0), { count: 10_000 });
  expect(await pricing.post([trade(1_499, at(0)), wide, wide, trade(11_500, at(0))])).toEqual([
    accepted,
    accepted,
    duplicate,
    accepted,
  ]);
  expect(await pricing.post([wide, trade(5_000, at(0))])).toEqual([
    duplicate,
    rejected('id', 'trade 1500 to 11499 of'),
  ]);
  expect(await pricing.candles()).toMatchObject([{ count: 10_002 }]);
});

test('callers who contradict each other at the same time have trades taken that share no id, and all that can be', async () => {
  const chain = (first: number) => Array.from({ length: 10 }, (_, n) => trade(first + n * 900, at(0), { count: 900 }));
  const chains = [chain(500), chain(500), chain(950)];
  const answers = await Promise.all(chains.map((some) => pricing.post(some)));
  const taken = chains.flatMap((some, n) => some.filter((_, index) => answers[n]![index]!.status === 'accepted'));
  const ids = new Set(taken.flatMap(({ id }) => Array.from({ length: 900 }, (_, n) => Number(id) + n)));
  expect(ids.size).toBe(taken.length * 900);
  expect((await pricing.trades()).map(({ id }) => id).sort()).toEqual(taken.map(({ id }) => id).sort());
  const left = Array.from({ length: 10_000 }, (_, n) => 400 + n).filter((id) => !ids.has(id));
  const results = await pricing.post(left.slice(0, 5_000).map((id) => trade(id, at(0))));
  expect(results.filter(({ status }) => status !== 'accepted')).toEqual([]);
});

test('an id that is no integer is taken once, too, whatever time it comes with', async () => {
  const named = (id: string, second: number) => trade(0, at(second), { id });
  expect(await pricing.post([named('a1', -10), named('a2', -10)])).toEqual([accepted, accepted]);
  const again = [named('a1', -100), named('a3', -100), named('a1', -10), named('a3', -10), named('a2', -5)];
  expect(await pricing.post(again)).toEqual([
    rejected('time', 'trade a1 of 2026-01-31T11:59'),
    accepted,
    duplicate,
    rejected('time', 'trade a3 of 2026-01-31T11:58'),
    duplicate,
  ]);
  expect((await pricing.candles({ from: at(-300) })).map(({ count }) => count)).toEqual([1, 2]);
});
