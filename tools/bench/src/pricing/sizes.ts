import type { SuiteOptions } from '../options.ts';

/** How much is measured. */
export function sizesOf({ quick }: Pick<SuiteOptions, 'quick'>) {
  const scaled = (count: number): number => (quick ? count / 10 : count);
  const year = { days: quick ? 36 : 365, tradesAMinute: 3 };
  return {
    aggregate: { count: scaled(1_000_000), warmUp: 2, rounds: quick ? 2 : 10 },
    ingest: { count: scaled(1_000_000), callers: 4 },
    import: { rows: scaled(1_000_000) },
    candles: { year, questions: scaled(2_000), warmUp: 100 },
    average: { year, questions: scaled(5_000), warmUp: 100 },
    year,
    fanout: { clients: scaled(1_000), processes: 2, trades: scaled(50), warmUp: 10 },
  } as const;
}

export type Sizes = ReturnType<typeof sizesOf>;
