import { candleOf, candlesOf, cellsOf } from './candle.ts';
import { scaleOf } from './product.ts';
import { summarize } from './summary.ts';
import { buildTrade } from './testing/build-trade.ts';

const scale = scaleOf({ priceIncrement: '0.01', sizeIncrement: '0.001' });
const minute = 60_000_000;
const trade = (id: string, price: number, size: number) => buildTrade({ id, price, size });

test('a candle has decimals as text, and means that are rounded half to even once', () => {
  const summary = summarize([trade('1', 10_000, 1_000), trade('2', 10_001, 1_000), trade('3', 10_002, 4_000)])!;
  expect(candleOf(minute, summary, scale, true)).toEqual({
    start: '1970-01-01T00:01:00.000000Z',
    open: '100',
    high: '100.02',
    low: '100',
    close: '100.02',
    volume: '6',
    vwap: '100.015',
    average: '100.01',
    count: 3,
    complete: true,
  });
  const third = candleOf(0, summarize([trade('1', 1, 1), trade('2', 1, 1), trade('3', 2, 1)])!, scale, false);
  expect(third).toMatchObject({ vwap: '0.0133333333', average: '0.0133333333', complete: false });
});

test('an aggregate weighs in the average as often as it was traded', () => {
  const summary = summarize([{ ...trade('1', 100, 1), count: 3 }, trade('4', 500, 1)])!;
  expect(candleOf(0, summary, scale, false)).toMatchObject({ average: '2', vwap: '3', count: 4 });
});

describe('intervals without trades', () => {
  const cells = cellsOf(
    '1m',
    0,
    5 * minute,
    new Map([
      [minute, summarize([trade('1', 10_050, 1)])!],
      [3 * minute, summarize([trade('2', 10_070, 1)])!],
    ]),
  );
  const proven = [false, false, true, false, true];
  const shown = (fill: 'omit' | 'null' | 'previous', close?: number) =>
    candlesOf(cells, proven, scale, fill, close).map(({ start, open, close: last, volume, vwap, count, complete }) =>
      [start.slice(15, 16), open, last, volume, vwap, count, complete].join(' '),
    );

  test('are left out', () => {
    expect(shown('omit')).toEqual(['1 100.5 100.5 0.001 100.5 1 false', '3 100.7 100.7 0.001 100.7 1 false']);
  });

  test('are shown as nulls', () => {
    expect(shown('null')).toEqual([
      '0   0  0 false',
      '1 100.5 100.5 0.001 100.5 1 false',
      '2   0  0 true',
      '3 100.7 100.7 0.001 100.7 1 false',
      '4   0  0 true',
    ]);
    expect(candlesOf(cells, proven, scale, 'null')[2]).toEqual({
      start: '1970-01-01T00:02:00.000000Z',
      open: null,
      high: null,
      low: null,
      close: null,
      volume: '0',
      vwap: null,
      average: null,
      count: 0,
      complete: true,
    });
  });

  test('are shown at the close before, and as nulls before the first trade of all', () => {
    const filled = ['2 100.5 100.5 0  0 true', '4 100.7 100.7 0  0 true'];
    expect(shown('previous').filter((_, index) => index % 2 === 0)).toEqual(['0   0  0 false', ...filled]);
    expect(shown('previous', 9_000)[0]).toBe('0 90 90 0  0 false');
  });
});

test('the cells of a span cover it', () => {
  const cells = cellsOf('month', 0, 100 * 1_440 * minute, new Map());
  expect(cells.map(({ start, end }) => (end - start) / (1_440 * minute))).toEqual([31, 28, 31, 30]);
});
