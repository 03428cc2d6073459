import { CandleFold } from './fold.ts';
import { buildTrade } from './testing/build-trade.ts';

const minute = 60_000_000;

test('a trade belongs to the interval that its time lies in: the start does, the end does not', () => {
  const fold = new CandleFold('1m');
  fold.addAll([
    buildTrade({ id: '1', time: 5 * minute }),
    buildTrade({ id: '2', time: 6 * minute - 1 }),
    buildTrade({ id: '3', time: 6 * minute }),
    buildTrade({ id: '4', time: 9 * minute + 1 }),
  ]);
  expect([...fold.summaries()].map(([start, { count }]) => [start / minute, count])).toEqual([
    [5, 2],
    [6, 1],
    [9, 1],
  ]);
});

test('a late trade goes to its own interval, and opens it where it is the first', () => {
  const fold = new CandleFold('1m');
  expect(fold.add(buildTrade({ id: '2', time: 30, price: 20 }))).toBe(true);
  expect(fold.add(buildTrade({ id: '3', time: minute, price: 30 }))).toBe(true);
  expect(fold.add(buildTrade({ id: '1', time: 10, price: 10 }))).toBe(true);
  expect(fold.summaries().get(0)).toMatchObject({ open: 10, close: 20, count: 2 });
});

test('a trade counts once, by source and id', () => {
  const fold = new CandleFold('1m');
  const trades = [
    buildTrade({ id: '1' }),
    buildTrade({ id: '2' }),
    buildTrade({ id: 'x' }),
    buildTrade({ source: 'other', id: '1' }),
    buildTrade({ source: 'other', id: 'x' }),
  ];
  expect(fold.addAll([...trades, ...trades.toReversed(), ...trades])).toBe(5);
  expect([...fold.summaries().values()]).toMatchObject([{ count: 5, unnumbered: 2 }]);
});

test('a trade that covers an id seen before is a duplicate, wherever it says that it was', () => {
  const fold = new CandleFold('1m');
  expect(fold.add(buildTrade({ id: '10', count: 3 }))).toBe(true);
  expect(fold.add(buildTrade({ id: '12', time: 7 * minute }))).toBe(false);
  expect(fold.add(buildTrade({ id: '8', count: 5 }))).toBe(false);
  expect(fold.add(buildTrade({ id: '13' }))).toBe(true);
  expect(fold.add(buildTrade({ id: '8', count: 2 }))).toBe(true);
  const [summary] = [...fold.summaries().values()];
  expect(summary!.ids.get('coinbase')).toEqual({ first: 8, last: 13, held: 6 });
});
