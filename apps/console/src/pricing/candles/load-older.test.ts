import type { Candle } from '../../api/answers.ts';
import { intervals, startOf, widthMs, type Interval } from '../interval.ts';
import { mergeBars } from './bar-list.ts';
import type { Bar } from './bar.ts';
import { loadOlder, type CandleReader } from './load-older.ts';
import type { Span } from './reread.ts';

/** A service whose only trades were at these times. */
function serviceWith(times: readonly number[]) {
  const asked: (Span & { readonly interval: Interval })[] = [];
  const candles = async (interval: Interval, span: Span): Promise<readonly Candle[]> => {
    asked.push({ interval, ...span });
    expect((span.to - span.from) / widthMs[interval]).toBeLessThanOrEqual(5_000);
    const starts = new Set(times.map((time) => startOf(interval, time)));
    return [...starts]
      .filter((start) => start >= span.from && start < span.to)
      .toSorted((a, b) => a - b)
      .map((start) => ({
        start: new Date(start).toISOString(),
        open: '1',
        high: '1',
        low: '1',
        close: '1',
        volume: '1',
        vwap: '1',
        average: '1',
        count: 1,
        complete: true,
      }));
  };
  return { reader: { candles }, asked };
}

const at = (iso: string): number => Date.parse(iso);

/** Scrolls back from an instant until there is nothing older. */
async function scrollBack(reader: CandleReader, interval: Interval, from: number, first: number) {
  let bars: readonly Bar[] = [];
  let before = from;
  for (let page = 0; before > first; page++) {
    expect(page).toBeLessThan(50);
    const older = await loadOlder(reader, interval, before, first);
    expect(older.from).toBeLessThan(before);
    // No page has what another has.
    expect(older.bars.every(({ at: start }) => start >= older.from && start < before)).toBe(true);
    bars = mergeBars(bars, older.bars);
    before = older.from;
  }
  return bars;
}

test.each(intervals)('reaches every candle of %s once, across days and years without trades', async (interval) => {
  const times = [
    at('2019-05-01T11:59:59.999Z'),
    at('2026-03-27T23:59:59Z'),
    at('2026-03-28T00:00:00Z'),
    ...Array.from({ length: 2_000 }, (_, index) => at('2026-03-29T10:00:00Z') + index * 2_345),
  ].map(Math.floor);
  const { reader, asked } = serviceWith(times);
  const from = startOf(interval, times.at(-1)!) + widthMs[interval];
  const bars = await scrollBack(reader, interval, from, times[0]!);
  const expected = [...new Set(times.map((time) => startOf(interval, time)))];
  expect(bars.map(({ at: start }) => start)).toEqual(expected);
  expect(asked.length).toBeLessThan(60);
});

test('asks for nothing before the first trade', async () => {
  const first = at('2026-03-29T10:00:30Z');
  const { reader, asked } = serviceWith([first]);
  const older = await loadOlder(reader, '1m', at('2026-03-29T10:10:00Z'), first);
  expect(older.bars).toHaveLength(1);
  expect(older.from).toBeLessThanOrEqual(first);
  expect(asked).toHaveLength(1);
});

test('says that there is nothing older where the first trade is gone, too', async () => {
  const { reader } = serviceWith([]);
  const earliest = at('2020-01-01T00:00:00Z');
  expect(await loadOlder(reader, '1m', at('2026-03-29T10:10:00Z'), earliest)).toEqual({ bars: [], from: earliest });
});
