import { compareCandles, type ComparedCandle } from './compare-candles.ts';
import type { Kline } from './klines-of.ts';

const start = (minute: number): string => `2025-01-01T00:${String(minute).padStart(2, '0')}:00.000000Z`;
const prices = { open: '2.50', high: '3.00', low: '2.00', close: '2.75', volume: '10.00' };
const kline = (minute: number, more: Partial<Kline> = {}): Kline => ({
  start: start(minute),
  ...prices,
  quoteVolume: '26.1',
  count: 4,
  ...more,
});
const idle = (minute: number): Kline =>
  kline(minute, { open: '2.75', high: '2.75', low: '2.75', close: '2.75', volume: '0.00', count: 0 });
const candle = (minute: number, more: Partial<ComparedCandle> = {}): ComparedCandle => ({
  start: start(minute),
  open: '2.5',
  high: '3',
  low: '2',
  close: '2.75',
  volume: '10',
  count: 4,
  complete: true,
  ...more,
});
const nothing = { open: null, high: null, low: null, close: null, volume: '0', count: 0 };

async function* each<One>(many: readonly One[]): AsyncGenerator<One> {
  yield* many;
}

const compare = (klines: readonly Kline[], candles: readonly ComparedCandle[], maxDifferences?: number) =>
  compareCandles(each(klines), each(candles), { maxDifferences });

test('equal numbers are equal, however many zeros they end in', async () => {
  expect(await compare([kline(0), kline(1)], [candle(0), candle(1)])).toEqual({
    equal: 2,
    empty: 0,
    different: 0,
    incomplete: 0,
    differences: [],
  });
});

test.each([
  ['open', { open: '2.50000001' }, '2.50', '2.50000001'],
  ['high', { high: '3.0000000000000000001' }, '3.00', '3.0000000000000000001'],
  ['low', { low: '1.99999999' }, '2.00', '1.99999999'],
  ['close', { close: '27.5' }, '2.75', '27.5'],
  ['volume', { volume: '10.00000001' }, '10.00', '10.00000001'],
  ['count', { count: 5 }, '4', '5'],
  ['open', { open: null }, '2.50', 'nothing'],
  ['open', { open: '2.5e0' }, '2.50', '2.5e0'],
])('tells a different %s', async (field, more, expected, got) => {
  expect(await compare([kline(0), kline(1)], [candle(0), candle(1, more)])).toMatchObject({
    equal: 1,
    different: 1,
    differences: [{ start: start(1), field, expected, got }],
  });
});

test('compares beyond what floats tell apart', async () => {
  const result = await compare(
    [kline(0, { volume: '9007199254740993.00000001' })],
    [candle(0, { volume: '9007199254740993.00000002' })],
  );
  expect(result.different).toBe(1);
});

test('an interval without trades equals no candle, and a candle without trades, of whatever prices', async () => {
  const candles = [
    candle(1, nothing),
    candle(2, { ...nothing, open: '2.75', high: '2.75', low: '2.75', close: '2.75' }),
  ];
  expect(await compare([idle(0), idle(1), idle(2)], candles)).toMatchObject({ equal: 0, empty: 3, different: 0 });
});

test('a candle without trades that no kline speaks of is no difference', async () => {
  expect(await compare([kline(0)], [candle(0), candle(1, nothing)])).toMatchObject({
    equal: 1,
    empty: 1,
    different: 0,
  });
});

test.each([
  ['the candle is absent', [kline(0)], [], '4 trades', 'no trades'],
  ['the candle is empty', [kline(0)], [candle(0, nothing)], '4 trades', 'no trades'],
  ['the kline is absent', [], [candle(0)], 'no trades', '4 trades'],
  ['the kline is empty', [idle(0)], [candle(0)], 'no trades', '4 trades'],
])('tells that only one side has trades: %s', async (_what, klines, candles, expected, got) => {
  expect(await compare(klines, candles)).toMatchObject({
    different: 1,
    differences: [{ start: start(0), field: 'candle', expected, got }],
  });
});

test('finds the pairs where either side lacks some', async () => {
  const result = await compare([kline(0), kline(2), kline(3)], [candle(1), candle(2), candle(4)]);
  expect(result).toMatchObject({ equal: 1, different: 4 });
  expect(result.differences.map((one) => one.start)).toEqual([0, 1, 3, 4].map(start));
});

test('counts every difference and keeps the first', async () => {
  const minutes = Array.from({ length: 50 }, (_, minute) => minute);
  const result = await compare(
    minutes.map((minute) => kline(minute)),
    minutes.map((minute) => candle(minute, { open: '1', close: '1' })),
    5,
  );
  expect(result).toMatchObject({ equal: 0, different: 50 });
  expect(result.differences.map(({ start, field }) => `${start.slice(14, 16)} ${field}`)).toEqual([
    '00 open',
    '00 close',
    '01 open',
    '01 close',
    '02 open',
  ]);
});

test('counts candles that are not provably complete', async () => {
  const result = await compare([kline(0), kline(1)], [candle(0, { complete: false }), candle(1)]);
  expect(result).toMatchObject({ equal: 2, incomplete: 1 });
});

test('refuses what is out of order, and closes both sides', async () => {
  const closed: string[] = [];
  async function* watched<One>(name: string, many: readonly One[]): AsyncGenerator<One> {
    try {
      yield* many;
    } finally {
      closed.push(name);
    }
  }
  const klines = watched('klines', [kline(1), kline(1), kline(2)]);
  const candles = watched('candles', [candle(1), candle(5)]);
  await expect(compareCandles(klines, candles)).rejects.toThrow(`klines: ${start(1)} comes after ${start(1)}`);
  expect(closed.toSorted()).toEqual(['candles', 'klines']);
});
