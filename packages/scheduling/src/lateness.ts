/**
 * A histogram of lateness with logarithmic buckets, eight to an octave: a quantile is off by at most 9 %, upwards.
 * Bucket 0 holds 0 ms, bucket n > 0 holds (bound(n - 1), bound(n)].
 */
const perOctave = 8;
const maxBucket = 241; // bound: 2^30 ms, twelve days

/** The bucket of a lateness in milliseconds, at least 0. */
export function bucketOf(latenessMs: number): number {
  if (latenessMs <= 0) return 0;
  return Math.min(maxBucket, Math.max(1, Math.ceil(Math.log2(latenessMs) * perOctave) + 1));
}

/** The largest lateness, in milliseconds, that a bucket holds. */
export const boundOf = (bucket: number): number => (bucket === 0 ? 0 : 2 ** ((bucket - 1) / perOctave));

/** Counts by bucket. */
export type Histogram = ReadonlyMap<number, number>;

/**
 * The lateness that a share of all does not pass.
 *
 * @param share - In (0, 1]; 1 gives the maximum.
 * @returns Milliseconds, the upper bound of the bucket it falls into; `null` for an empty histogram.
 */
export function quantile(histogram: Histogram, share: number): number | null {
  const buckets = [...histogram].filter(([, count]) => count > 0).sort(([a], [b]) => a - b);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (seen >= share * total) return Math.round(boundOf(bucket) * 10) / 10;
  }
  return null;
}
