import type { Figures } from '../../measure/figures.ts';
import { quantile } from '../../report/statistics.ts';
import type { Subject } from '../subject/subject.ts';
import { Arrivals } from './arrivals.ts';

export interface LatenessSize {
  readonly count: number;
  readonly spanMs: number;
}

/** From the start of putting tasks in to the first that is due. */
const leadMs = 3_000;
const patienceMs = 20_000;

/** How late tasks run that are due at random instants of a span. */
export async function measureLateness(subject: Subject, { count, spanMs }: LatenessSize): Promise<Figures> {
  const from = Date.now() + leadMs;
  const tasks = Array.from({ length: count }, (_, n) => ({ n, at: from + Math.floor(Math.random() * spanMs) }));
  const arrivals = new Arrivals(count, (n) => tasks[n]!.at);
  await subject.work(arrivals.note);
  await subject.scheduleMany(tasks);
  if (Date.now() > from) throw new Error(`${count} tasks could not be put in within ${leadMs} ms`);
  await arrivals.wait(patienceMs, from + spanMs);
  const late = arrivals.lateness();
  return { p50Ms: quantile(late, 0.5), p99Ms: quantile(late, 0.99), maxMs: quantile(late, 1), ...arrivals.audit };
}
