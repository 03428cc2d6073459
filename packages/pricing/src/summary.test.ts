import { merge, mergeAll, summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';

test('sums up trades in any order', () => {
  const trades = [
    buildTrade({ id: '12', time: 30, price: 90, size: 3 }),
    buildTrade({ id: '10', time: 10, price: 100, size: 1 }),
    buildTrade({ id: '11', time: 20, price: 120, size: 2 }),
  ];
  expect(summarize(trades)).toEqual({
    first: { time: 10, source: 'coinbase', id: '10', sequence: 10 },
    last: { time: 30, source: 'coinbase', id: '12', sequence: 12 },
    open: 100,
    high: 120,
    low: 90,
    close: 90,
    volume: 6,
    notional: 610,
    priceSum: 310,
    count: 3,
    unnumbered: 0,
    ids: new Map([['coinbase', { first: 10, last: 12, held: 3 }]]),
  });
  expect(summarize([])).toBeUndefined();
});

test('an aggregate counts as the trades that it stands for, and its size once', () => {
  const summary = summarize([buildTrade({ id: '5', price: 100, size: 7, count: 4 })]);
  expect(summary).toMatchObject({ volume: 7, notional: 700, priceSum: 400, count: 4 });
  expect(summary?.ids.get('coinbase')).toEqual({ first: 5, last: 8, held: 4 });
});

test('trades of one instant open and close by source, then id', () => {
  const trades = [
    buildTrade({ source: 'b', id: '1', price: 1 }),
    buildTrade({ source: 'a', id: '10', price: 2 }),
    buildTrade({ source: 'a', id: '9', price: 3 }),
  ];
  for (const order of [trades, trades.toReversed()]) expect(summarize(order)).toMatchObject({ open: 3, close: 1 });
});

test('sources stand in the order of their names, and ids without number are counted', () => {
  const summary = summarize([
    buildTrade({ source: 'z', id: '7' }),
    buildTrade({ source: 'm', id: 'x-1', time: 1 }),
    buildTrade({ source: 'a', id: '3' }),
  ])!;
  expect([...summary.ids]).toEqual([
    ['a', { first: 3, last: 3, held: 1 }],
    ['z', { first: 7, last: 7, held: 1 }],
  ]);
  expect(summary.unnumbered).toBe(1);
  const other = summarize([buildTrade({ source: 'constructor', id: '1' })])!;
  expect([...merge(summary, other).ids.keys()]).toEqual(['a', 'constructor', 'z']);
});

test('sums beyond 2^53 are exact', () => {
  const large = Number.MAX_SAFE_INTEGER;
  const trades = [
    buildTrade({ id: '1', price: large, size: large }),
    buildTrade({ id: '2', price: large, size: large }),
  ];
  expect(summarize(trades)).toMatchObject({
    volume: 2n * BigInt(large),
    notional: 2n * BigInt(large) ** 2n,
    priceSum: 2n * BigInt(large),
  });
});

test('nothing merged is nothing', () => {
  expect(mergeAll([undefined, undefined])).toBeUndefined();
});
