import { claimBlock, type Claims } from './ports.ts';

/** An id that somebody wants in a minute. */
export interface Wanted {
  /** Of the id in its block: 0 to 999. */
  readonly offset: number;
  /** Minutes since 1970. */
  readonly minute: number;
}

export interface ClaimDecision {
  /** What the claims are now; the same array where nothing is new. */
  readonly runs: Claims['runs'];
  /** For each wanted id: whether it belongs to that minute. An id belongs to the first minute that it was claimed for. */
  readonly granted: readonly boolean[];
}

/** Decides which minute each of some ids of one block belongs to. */
export function claimIds(runs: Claims['runs'], wanted: readonly Wanted[]): ClaimDecision {
  const minutes = new Float64Array(claimBlock).fill(-1);
  for (const [minute, first, last] of runs) minutes.fill(minute, first, last + 1);
  let fresh = false;
  const granted = wanted.map(({ offset, minute }) => {
    if (minutes[offset] === -1) {
      minutes[offset] = minute;
      fresh = true;
    }
    return minutes[offset] === minute;
  });
  return { runs: fresh ? runsOf(minutes) : runs, granted };
}

function runsOf(minutes: Float64Array): Claims['runs'] {
  const runs: [minute: number, first: number, last: number][] = [];
  for (let offset = 0; offset < minutes.length; offset++) {
    const minute = minutes[offset]!;
    if (minute === -1) continue;
    const run = runs.at(-1);
    if (run !== undefined && run[0] === minute && run[2] === offset - 1) run[2] = offset;
    else runs.push([minute, offset, offset]);
  }
  return runs;
}
