import { performance } from 'node:perf_hooks';
import type { CandleView } from '@portolan/pricing';
import { seededRandom } from '@portolan/kernel/testing';
import type { Figures } from '../../measure/figures.ts';
import type { Probe } from '../../measure/probe.ts';
import { quantile } from '../../report/statistics.ts';
import { isoOf, product } from '../market.ts';
import type { Ask } from '../platform/ask.ts';
import { yearMarket, type YearSize } from './year.ts';

export interface QuerySize {
  readonly year: YearSize;
  readonly questions: number;
  /** Asked before those that are measured, so that code is compiled. */
  readonly warmUp: number;
}

const microsPerDay = 86_400_000_000;

/** How long the minutes of a day take, of days at random. */
export async function measureCandles(ask: Ask, { year, questions, warmUp }: QuerySize, probe: Probe): Promise<Figures> {
  const random = seededRandom(1);
  const { from } = yearMarket(year);
  let lost = 0;
  const askForDay = async (): Promise<void> => {
    const day = from + Math.floor(random.next() * year.days) * microsPerDay;
    const query = { interval: '1m', from: isoOf(day), to: isoOf(day + microsPerDay), limit: '1440' };
    const { candles } = await ask<{ readonly candles: readonly CandleView[] }>('listCandles', {
      params: { id: product },
      query,
    });
    const counted = candles.reduce((sum, { count }) => sum + count, 0);
    lost += Math.abs(1_440 - candles.length) + Math.abs(1_440 * year.tradesAMinute - counted);
  };
  return { ...(await timed(askForDay, questions, warmUp, probe)), lost };
}

/** How long the average over a span takes whose ends lie anywhere, and how many objects are read for it. */
export async function measureAverage(
  ask: Ask,
  /** Objects read so far. */
  objectsRead: () => number,
  { year, questions, warmUp }: QuerySize,
  probe: Probe,
): Promise<Figures> {
  const random = seededRandom(1);
  const { from, count, every } = yearMarket(year);
  const anywhere = (): number => from + Math.floor(random.next() * count * every);
  const reads: number[] = [];
  let lost = 0;
  const askForAverage = async (): Promise<void> => {
    const [first, last] = [anywhere(), anywhere()].sort((left, right) => left - right) as [number, number];
    const before = objectsRead();
    const { count: counted } = await ask<{ readonly count: number }>('getAverage', {
      params: { id: product },
      query: { from: isoOf(first), to: isoOf(last + 1) },
    });
    reads.push(objectsRead() - before);
    // There is one trade in every stretch, but where in it is not known here: one more or less at each end.
    lost += Math.max(0, Math.abs((last - first) / every - counted) - 2);
  };
  const times = await timed(askForAverage, questions, warmUp, probe);
  return { ...times, readsP50: quantile(reads, 0.5), readsMax: quantile(reads, 1), lost: Math.ceil(lost) };
}

async function timed(question: () => Promise<void>, questions: number, warmUp: number, probe: Probe): Promise<Figures> {
  for (let asked = 0; asked < warmUp; asked++) await question();
  const waits = new Float64Array(questions);
  await probe.start();
  for (let asked = 0; asked < questions; asked++) {
    const began = performance.now();
    await question();
    waits[asked] = performance.now() - began;
  }
  await probe.stop();
  return { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), maxMs: quantile(waits, 1) };
}
