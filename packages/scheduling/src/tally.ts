import { days, firstOf, pagesOf, type Granted } from '@portolan/kernel';
import { bucketOf, quantile, type Histogram } from './lateness.ts';
import { type stats, type Counters } from './ports.ts';

type Writes = Granted<{ stats: typeof stats.write }>['stats'];
type Reads = Granted<{ stats: typeof stats.read }>['stats'];

/** What is counted for good; `open` is what was opened and not closed. */
export type Total = 'opened' | 'closed' | 'fired' | 'succeeded' | 'failed' | 'retried' | 'cancelled';
const minuteMs = 60_000;
/** Minutes that are kept. */
const keptMs = days(1);

/**
 * Counters are spread over items, so that no one item takes every write of a busy service. They are increments beside the
 * state they speak of, not part of its transaction: a crash between the two leaves a count off by one, never a task.
 */
const shards = 4;

export async function count(table: Writes, draw: number, totals: Partial<Record<Total, number>>): Promise<void> {
  await table.increment({ series: 'totals', slot: shardOf(draw) }, named(totals));
}

/** Counts how late first attempts began, in their minute; the totals are counted with what comes of them. */
export async function countFirings(
  table: Writes,
  draw: number,
  now: number,
  latenessesMs: readonly number[],
): Promise<void> {
  const key = { series: 'minutes', slot: `${minuteOf(now)}~${shardOf(draw)}` };
  const counts: Record<string, number> = { n_fired: latenessesMs.length };
  for (const latenessMs of latenessesMs) {
    const bucket = `n_late${bucketOf(latenessMs)}`;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  await table.increment(key, counts, { expiresAt: now + keptMs });
}

/** Minutes since 1970, in digits that sort. */
const minuteOf = (at: number): string => String(Math.floor(at / minuteMs)).padStart(10, '0');
const shardOf = (draw: number): string => String(Math.floor(draw * shards));
function named(counts: Partial<Record<Total, number>>): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const name of Object.keys(counts) as Total[]) fields[`n_${name}`] = counts[name]!;
  return fields;
}

export interface Tally {
  readonly totals: Readonly<Record<Total, number>>;
  /** Of the minutes asked for. */
  readonly lateness: Histogram;
  readonly minutes: readonly {
    readonly start: string;
    readonly fired: number;
    readonly p50Ms: number | null;
    readonly p99Ms: number | null;
    readonly maxMs: number | null;
  }[];
}

/** Reads the totals, and the minutes from an instant on. */
export async function readTally(table: Reads, from: number): Promise<Tally> {
  const totals = await firstOf(shards, (next) => table.query({ partition: 'totals', limit: shards, ...next }));
  const sums = sum(totals.map(({ item }) => item));
  const byMinute = new Map<string, Counters[]>();
  const range = { partition: 'minutes', from: minuteOf(from), limit: 1_000 };
  for await (const items of pagesOf((next) => table.query({ ...range, ...next }))) {
    for (const { item } of items) {
      const start = new Date(Number(item.slot.split('~')[0]) * minuteMs).toISOString();
      byMinute.set(start, [...(byMinute.get(start) ?? []), item]);
    }
  }
  const minutes = [...byMinute].map(([start, items]) => {
    const histogram = histogramOf(items);
    return {
      start,
      fired: sum(items).get('n_fired') ?? 0,
      p50Ms: quantile(histogram, 0.5),
      p99Ms: quantile(histogram, 0.99),
      maxMs: quantile(histogram, 1),
    };
  });
  const total = (name: Total): number => sums.get(`n_${name}`) ?? 0;
  return {
    totals: {
      opened: total('opened'),
      closed: total('closed'),
      fired: total('fired'),
      succeeded: total('succeeded'),
      failed: total('failed'),
      retried: total('retried'),
      cancelled: total('cancelled'),
    },
    lateness: histogramOf([...byMinute.values()].flat()),
    minutes,
  };
}

function sum(items: readonly Counters[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const item of items) {
    for (const [name, value] of Object.entries(item))
      if (typeof value === 'number') sums.set(name, (sums.get(name) ?? 0) + value);
  }
  return sums;
}

function histogramOf(items: readonly Counters[]): Histogram {
  const histogram = new Map<number, number>();
  for (const [name, value] of sum(items)) if (name.startsWith('n_late')) histogram.set(Number(name.slice(6)), value);
  return histogram;
}
