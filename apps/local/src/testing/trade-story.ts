import type { ReportedTrade } from '@portolan/pricing';
import type { Draws } from './draws.ts';

export interface StoryOptions {
  readonly product: string;
  readonly source: string;
  readonly trades: number;
  /** Of the first; milliseconds since 1970. */
  readonly startAt: number;
  /** How many of a hundred stand for several. @default 5 */
  readonly aggregatePercent?: number;
  /** After how many of a hundred some ids are left out. @default 1 */
  readonly gapPercent?: number;
}

/** Trades between two bursts, and in one of them. */
const calmTrades = 800;
const burstTrades = 1_800;

/**
 * Trades of one product in order, with cents and satoshis, each later than the one before. Bursts put thousands into a
 * minute, whose object is then a large one.
 */
export function drawTrades(options: StoryOptions, draws: Draws): ReportedTrade[] {
  const { product, source, trades: many, startAt, aggregatePercent = 5, gapPercent = 1 } = options;
  const trades: ReportedTrade[] = [];
  let id = draws.between(1, 1_000_000_000);
  let micros = startAt * 1_000;
  let cents = draws.between(100_000, 9_000_000);
  for (let n = 0; n < many; n++) {
    const count = draws.next() * 100 < aggregatePercent ? draws.between(2, 9) : 1;
    trades.push({
      ...{ product, source, id: String(id), time: isoOf(micros) },
      price: shortest(cents, 2),
      size: shortest(draws.between(1, 10 ** draws.between(1, 10)), 8),
      side: draws.next() < 0.5 ? 'buy' : 'sell',
      ...(count === 1 ? {} : { count }),
    });
    id += count + (draws.next() * 100 < gapPercent ? draws.between(1, 30) : 0);
    micros += draws.between(1, n % (calmTrades + burstTrades) < calmTrades ? 1_500_000 : 5_000);
    cents = Math.max(1, cents + draws.between(-100, 100));
  }
  return trades;
}

export interface BatchOptions {
  /** The most trades of one, below 5,000. */
  readonly most: number;
  /** How far from its place a trade may come. */
  readonly lateness: number;
}

/**
 * Cuts trades of any products into batches as careless clients hand them in: some late, in no order, and some twice, in the
 * same batch or another.
 */
export function drawBatches(
  stories: readonly (readonly ReportedTrade[])[],
  { most, lateness }: BatchOptions,
  draws: Draws,
): ReportedTrade[][] {
  const placed = stories.flatMap((story) =>
    story.flatMap((trade, n) =>
      Array.from({ length: draws.next() < 0.15 ? 2 : 1 }, () => ({ trade, place: n + draws.between(0, lateness) })),
    ),
  );
  const mixed = placed.sort((left, right) => left.place - right.place).map(({ trade }) => trade);
  const batches: ReportedTrade[][] = [];
  for (let from = 0; from < mixed.length;) {
    const batch = mixed.slice(from, (from += draws.between(1, most)));
    batches.push(batch.toSorted(() => draws.next() - 0.5));
  }
  return batches;
}

const isoOf = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;

/** Units of 10^-digits as a decimal in its shortest form. */
function shortest(units: number, digits: number): string {
  const text = String(units).padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '');
}
