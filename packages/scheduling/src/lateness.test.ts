import fc from 'fast-check';
import { boundOf, bucketOf, quantile } from './lateness.ts';

test('a bucket holds its lateness, and is at most 9 % above it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (latenessMs) => {
      const bound = boundOf(bucketOf(latenessMs));
      expect(bound).toBeGreaterThanOrEqual(latenessMs * 0.999_999);
      expect(bound).toBeLessThanOrEqual(latenessMs * 1.091);
    }),
  );
  expect(bucketOf(0)).toBe(0);
  expect(boundOf(0)).toBe(0);
});

test('quantiles are those of the sorted values, up to the width of a bucket', () => {
  const histogram = new Map<number, number>();
  for (let ms = 1; ms <= 1_000; ms++) histogram.set(bucketOf(ms), (histogram.get(bucketOf(ms)) ?? 0) + 1);
  expect(quantile(histogram, 0.5)).toBeGreaterThanOrEqual(500);
  expect(quantile(histogram, 0.5)).toBeLessThan(550);
  expect(quantile(histogram, 1)).toBeGreaterThanOrEqual(1_000);
  expect(quantile(new Map(), 0.5)).toBeNull();
});
