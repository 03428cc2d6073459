import { claimBlock, type Claims } from './ports.ts';

/** The ids that one trade covers in a block, for the minute that it lies in. */
export interface Wanted {
  /** Of its first and last id here: 0 to 999. */
  readonly first: number;
  readonly last: number;
  /** Whether the first is the trade's own id, and not one of those that an aggregate covers besides. */
  readonly head: boolean;
  /** Minutes since 1970. */
  readonly minute: number;
}

export interface ClaimDecision {
  /** What the claims are now; the same array where nothing is new. */
  readonly runs: Claims['runs'];
  /** For each trade: whether its ids are its own. */
  readonly granted: readonly boolean[];
}

/**
 * Decides which trades of a block may have the ids that they cover. An id belongs to the first minute that it was claimed
 * for, and stays a trade's own id or one that an aggregate covers; the same trade again is granted again.
 */
export function claimIds(runs: Claims['runs'], wanted: readonly Wanted[]): ClaimDecision {
  const holders = new Float64Array(claimBlock).fill(free);
  for (const [holder, first, last] of runs) holders.fill(holder, first, last + 1);
  let fresh = false;
  const granted = wanted.map(({ first, last, head, minute }) => {
    const holderOf = (offset: number): number => (head && offset === first ? minute : coveredIn(minute));
    for (let offset = first; offset <= last; offset++)
      if (holders[offset] !== free && holders[offset] !== holderOf(offset)) return false;
    for (let offset = first; offset <= last; offset++) {
      fresh ||= holders[offset] === free;
      holders[offset] = holderOf(offset);
    }
    return true;
  });
  return { runs: fresh ? runsOf(holders) : runs, granted };
}

const free = -1;
/** How an id is held that an aggregate of that minute covers besides its own. */
const coveredIn = (minute: number): number => -2 - minute;

function runsOf(holders: Float64Array): Claims['runs'] {
  const runs: [holder: number, first: number, last: number][] = [];
  for (let offset = 0; offset < holders.length; offset++) {
    const holder = holders[offset]!;
    if (holder === free) continue;
    const run = runs.at(-1);
    if (run !== undefined && run[0] === holder && run[2] === offset - 1) run[2] = offset;
    else runs.push([holder, offset, offset]);
  }
  return runs;
}
