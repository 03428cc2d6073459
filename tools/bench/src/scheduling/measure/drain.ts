import { sleepUntil } from '../../measure/callers.ts';
import type { Figures } from '../../measure/figures.ts';
import type { Probe } from '../../measure/probe.ts';
import type { Subject } from '../subject/subject.ts';
import { Arrivals } from './arrivals.ts';

export interface DrainSize {
  readonly count: number;
  /** Time to put the tasks in before they are due; they wait out what is left of it. */
  readonly leadMs: number;
}

/** No arrival for this long after the instant means that the rest is lost. */
const patienceMs = 60_000;

/** How long it takes until the last of many tasks that are due at one instant has run. */
export async function measureDrain(subject: Subject, { count, leadMs }: DrainSize, probe: Probe): Promise<Figures> {
  const dueAt = Math.ceil((Date.now() + leadMs) / 1_000) * 1_000;
  const arrivals = new Arrivals(count, () => dueAt);
  await subject.work(arrivals.note);
  await subject.scheduleMany(Array.from({ length: count }, (_, n) => ({ n, at: dueAt })));
  if (Date.now() > dueAt) throw new Error(`${count} tasks could not be put in within ${leadMs} ms; give more --lead`);
  await sleepUntil(dueAt - 100);
  await probe.start();
  await sleepUntil(dueAt);
  await arrivals.wait(patienceMs, dueAt);
  const drainMs = arrivals.lastAt - dueAt;
  const settled = subject.settle?.();
  await settled;
  const settledMs = Date.now() - dueAt;
  await probe.stop();
  return {
    drainMs,
    perSecond: (count * 1_000) / drainMs,
    ...(settled === undefined ? {} : { settledMs }),
    ...arrivals.audit,
  };
}
