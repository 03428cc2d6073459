import type { ReportedTrade } from '../intake.ts';
import { archiveLevels, endOf, startOf, type ArchiveLevel } from '../interval.ts';
import { formatTime, parseTime } from '../time.ts';

const microsPerHour = 3_600_000_000;
const microsPerMinute = 60_000_000;
const microsPerSecond = 1_000_000;
/** Past retention, with room. */
const oldMicros = 8 * 24 * microsPerHour;
/** The service's own `latenessMs`, where nobody sets it. */
const latenessMicros = 5 * microsPerSecond;

/** Trades for a deployed service: one of eight days ago, four of an hour that has closed, and one of now. */
export interface MarketScript {
  readonly product: string;
  /** Of eight days ago. */
  readonly old: ReportedTrade;
  /** Two of one minute, one of the next. */
  readonly closed: readonly [ReportedTrade, ReportedTrade, ReportedTrade];
  readonly fresh: ReportedTrade;
  /** For the first of the closed minutes, with the id that is missing. */
  readonly late: ReportedTrade;
  /** All but the late one, one of them twice, with one that is no trade. */
  readonly batch: readonly object[];
  /** ISO 8601: from the hour that has closed to behind everything. */
  readonly span: { readonly from: string; readonly to: string };
  /** The partition of the old trade. */
  readonly oldMinute: string;
  /** Keys of the objects that hold trades, of every interval that has closed; in order. */
  keysOf(trades: readonly ReportedTrade[]): readonly string[];
}

/** @param now - Milliseconds since 1970. */
export function scriptAt(now: number): MarketScript {
  const product = 'BTC-USD';
  const newest = now * 1_000;
  const hour = startOf('hour', newest - 2 * microsPerHour);
  const at = (minute: number, second: number): number => hour + minute * microsPerMinute + second * microsPerSecond;
  const trade = (id: number, time: number, price: string, size: string): ReportedTrade => {
    return { product, source: 'script', id: String(id), time: formatTime(time), price, size, side: 'buy' };
  };
  const old = trade(1, at(5, 0) - oldMicros, '40000', '1');
  const first = trade(2, at(5, 0) + 1, '50000', '0.1');
  const second = trade(3, at(5, 30.5), '50010.5', '0.3');
  const third = trade(5, at(6, 10), '50005', '0.4');
  const fresh = trade(6, newest, '50020', '0.05');
  const bad = { ...fresh, id: '7', price: '50020.001' };
  return {
    product,
    old,
    closed: [first, second, third],
    fresh,
    late: trade(4, at(5, 45), '49980.25', '0.2'),
    batch: [old, first, second, second, bad, third, fresh],
    span: { from: formatTime(hour), to: formatTime(newest + microsPerHour) },
    oldMinute: `${product}/${old.time.slice(0, 16)}`,
    keysOf(trades) {
      const keys = trades.flatMap(({ time }) => closedKeys(product, parseTime(time)!, newest - latenessMicros));
      return [...new Set(keys)].sort();
    },
  };
}

/** How much of a time's text tells the intervals of a level apart. */
const lengths: Readonly<Record<ArchiveLevel, number>> = { minute: 16, hour: 13, day: 10, month: 7, year: 4 };

function closedKeys(product: string, time: number, watermark: number): readonly string[] {
  return archiveLevels
    .filter((level) => endOf(level, time) <= watermark)
    .map((level) => {
      const place = formatTime(time).slice(0, lengths[level]).replaceAll(/[-T:]/g, '/');
      return `${level}s/${product}/${place}.${level === 'minute' ? 'jsonl' : 'json'}.gz`;
    });
}

/** What has to be seen when the script is played; sums and means are worked out by hand. */
export function expectedOf({ product, old, closed, fresh, late, keysOf }: MarketScript) {
  const [first, second, third] = closed;
  const accepted = { status: 'accepted' };
  const duplicate = { status: 'duplicate' };
  const bad = { status: 'rejected', field: 'price' };
  const minute = {
    ...candle(first.time, ['50000', '50010.5', '50000', '50010.5'], false),
    ...{ volume: '0.4', vwap: '50007.875', average: '50005.25', count: 2 },
  };
  const minuteWithLate = {
    ...candle(first.time, ['50000', '50010.5', '49980.25', '49980.25'], true),
    ...{ volume: '0.6', vwap: '49998.6666666667', average: '49996.9166666667', count: 3 },
  };
  const rewritten = keysOf([late]);
  return {
    results: [accepted, accepted, accepted, duplicate, bad, accepted, accepted],
    // Of history nobody is told.
    frames: [
      { type: 'trades', product, trades: [fresh] },
      { type: 'candle', product, interval: '1m', candle: single(fresh, false) },
    ],
    keys: keysOf([old, ...closed]),
    // On both sides of the seam: two minutes of the archive, and one of the table.
    candles: [minute, single(third, false), single(fresh, false)],
    gaps: [{ source: 'script', first: '4', last: '4', missing: 1, after: second.time, before: third.time }],
    average: { average: '50008.875', vwap: '50007.2352941176', volume: '0.85', count: 4 },
    late: {
      results: [accepted],
      // What holds it has been written anew and told, and nothing else.
      keys: rewritten,
      told: rewritten,
      candles: [minuteWithLate, single(third, true), single(fresh, false)],
      gaps: [],
    },
    // From the archive alone.
    retired: [old],
  };
}

type Prices = readonly [open: string, high: string, low: string, close: string];

/** Part of a minute's candle. @param time - Of any trade in it, ISO 8601. */
const candle = (time: string, [open, high, low, close]: Prices, complete: boolean) => ({
  start: `${time.slice(0, 16)}:00.000000Z`,
  ...{ open, high, low, close, complete },
});

/** The candle of a minute with one trade. */
const single = ({ time, price, size }: ReportedTrade, complete: boolean) => ({
  ...candle(time, [price, price, price, price], complete),
  ...{ volume: size, vwap: price, average: price, count: 1 },
});
