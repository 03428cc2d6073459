import { performance } from 'node:perf_hooks';
import { withCallers } from '../../measure/callers.ts';
import type { Figures } from '../../measure/figures.ts';
import type { Probe } from '../../measure/probe.ts';
import { quantile } from '../../report/statistics.ts';
import type { Subject } from '../subject/subject.ts';

const dayMs = 86_400_000;

export interface CreateSize {
  readonly count: number;
  /** Made before the measurement begins, so that code is compiled and connections stand. */
  readonly warmUp: number;
  readonly callers: number;
}

/** How many tasks a second are accepted durably from callers that each wait for their answer. */
export async function measureCreate(
  subject: Subject,
  { count, warmUp, callers }: CreateSize,
  probe: Probe,
): Promise<Figures> {
  await withCallers(callers, warmUp, (n) => subject.schedule({ n, at: farOff() }));
  const waits = new Float64Array(count);
  await probe.start();
  const began = performance.now();
  await withCallers(callers, count, async (n) => {
    const asked = performance.now();
    await subject.schedule({ n: warmUp + n, at: farOff() });
    waits[n] = performance.now() - asked;
  });
  const tookMs = performance.now() - began;
  await probe.stop();
  return { perSecond: (count * 1_000) / tookMs, p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99) };
}

/** Spread over ten days from tomorrow: tasks of a service in use fall due all over the place. */
const farOff = (): number => Date.now() + dayMs + Math.floor(Math.random() * 10 * dayMs);
