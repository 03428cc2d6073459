import { behindAll, between, commonPrefix } from './between.ts';

/** A range of row keys. */
export interface KeyRange {
  readonly from?: string | undefined;
  /** Whether `from` itself is left out. @default false */
  readonly fromOpen?: boolean;
  /** Exclusive. */
  readonly to?: string | undefined;
}

/** The first row keys of a range, in order; `more` where the range may go on behind them, so that there is at least one. */
export type Probe = (range: KeyRange) => Promise<{ readonly keys: readonly string[]; readonly more: boolean }>;

/** Row keys that one probe reads, at most: a page of Table Storage. */
export const probeKeys = 1_000;

/**
 * Finds the last row keys of a range where rows can be read in ascending order only: the page of a descending query.
 *
 * A range of up to 2,000 rows is read through. In a longer one it looks for a place from which on there are few enough rows,
 * as one looks a word up in a dictionary: behind all that begins like the page it has read, then behind all that begins
 * like the page but for one character, but for two; and once that is too far, halfway between what has too many rows behind
 * it and what has none. Each probe reads a page of keys at most. Among n rows that is about log2(n / 1,000) probes and a
 * few more; a read of all that lies before would be n / 1,000 of them, and a second set of rows in the other order would
 * double every write.
 *
 * @returns Up to 2,000 of the last keys, in ascending order, at least one unless the range is empty.
 */
export async function lastKeys(probe: Probe, range: KeyRange): Promise<readonly string[]> {
  let page = await probe(range);
  if (!page.more) return page.keys;
  const low = (): string => page.keys.at(-1)!;
  const onwards = (): KeyRange => ({ from: low(), fromOpen: true, to: high });
  let high = range.to;
  // Most ranges that are longer than a page are not much longer.
  const second = await probe(onwards());
  if (!second.more) return [...page.keys, ...second.keys];
  page = second;
  let leap: string | undefined = commonPrefix(page.keys[0]!, low());
  for (;;) {
    const behind = leap === undefined ? undefined : behindAll(leap);
    if (behind === undefined || behind <= low() || (high !== undefined && behind >= high)) leap = undefined;
    const place = leap === undefined ? between(low(), high) : behind;
    const next = await probe(place === undefined ? onwards() : { from: place, to: high });
    if (next.more) page = next;
    else if (next.keys.length > 0) return next.keys;
    else if (place === undefined) return page.keys;
    else high = place;
    leap = next.more && leap !== undefined ? low().slice(0, leap.length - 1) : undefined;
  }
}
