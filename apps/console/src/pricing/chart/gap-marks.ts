import type { Gap } from '../../api/answers.ts';
import { startOf, type Interval } from '../interval.ts';

/** Where on a chart trades are missing. */
export interface GapMark {
  /** The start of the candle that the gap begins in. */
  readonly at: number;
  /** How many, as it stands beside the mark. */
  readonly text: string;
}

/** A mark for each candle that gaps begin in, the oldest first, with how many trades are missing behind it. */
export function gapMarks(gaps: readonly Gap[], interval: Interval): readonly GapMark[] {
  const missing = new Map<number, number>();
  for (const gap of gaps) {
    const at = startOf(interval, Date.parse(gap.after));
    missing.set(at, (missing.get(at) ?? 0) + gap.missing);
  }
  return [...missing].toSorted(([a], [b]) => a - b).map(([at, count]) => ({ at, text: count.toLocaleString() }));
}
