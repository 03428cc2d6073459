import type { SuiteOptions } from '../options.ts';
import { isOwn, type SubjectName } from './subject/subjects.ts';

/** How much is measured. Peers that are many times slower get fewer tasks: rates are compared, not times. */
export function sizesOf({ quick, leadMs }: Pick<SuiteOptions, 'quick' | 'leadMs'>) {
  const scaled = (count: number): number => (quick ? count / 10 : count);
  const drained = scaled(100_000);
  return {
    create: (name: SubjectName) => ({
      count: scaled(isOwn(name) ? 100_000 : name === 'bullmq' ? 40_000 : 10_000),
      warmUp: scaled(isOwn(name) ? 10_000 : 3_000),
      callers: 100,
    }),
    lateness: quick ? { count: 200, spanMs: 2_000 } : { count: 1_000, spanMs: 10_000 },
    drain: { count: drained, leadMs: leadMs ?? 2_000 + drained / 5 },
    million: { few: scaled(100_000), many: scaled(1_000_000), measured: { count: 20_000, warmUp: 5_000 } },
    http: { count: scaled(50_000), warmUp: scaled(5_000), connections: 100 },
  } as const;
}

export type Sizes = ReturnType<typeof sizesOf>;
