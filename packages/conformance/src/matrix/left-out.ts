import { channelCases } from '../channel/channel-cases.ts';
import { queueCases } from '../queue/queue-cases.ts';
import type { SuiteKind } from '../suite/case.ts';
import type { RunRecord } from '../suite/record.ts';
import { timerCases } from '../timer/timer-cases.ts';

/** Guarantees that an adapter does not claim, by name, and how many cases of its suite are left out for want of each. */
export type LeftOut = readonly (readonly [guarantee: string, cases: number])[];

/** The suites with cases that run only where the adapter claims a guarantee. */
const suites: { readonly [Kind in SuiteKind]?: readonly { readonly needs?: string }[] } = {
  queue: queueCases,
  timer: timerCases,
  channel: channelCases,
};

export function leftOutOf({ kind, suite, guarantees }: RunRecord): LeftOut {
  const counts = new Map<string, number>();
  for (const { needs } of suite === 'model' ? [] : (suites[kind] ?? []))
    if (needs !== undefined && !guarantees.includes(needs)) counts.set(needs, (counts.get(needs) ?? 0) + 1);
  return [...counts].sort();
}
