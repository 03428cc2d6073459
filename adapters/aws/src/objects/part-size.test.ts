import { copyPartBytes, multipart, partBytes, usualPartBytes } from './part-size.ts';

const gibibyte = 2 ** 30;
const reach = (maxObjectBytes: number): number =>
  Array.from({ length: multipart.maxParts }, (_, index) => partBytes(index, maxObjectBytes)).reduce((a, b) => a + b);

test.each([5, 78, 79, 500, 5_120])('10,000 parts reach an object of %d GiB, each as S3 takes it', (count) => {
  const max = count * gibibyte;
  expect(reach(max)).toBeGreaterThanOrEqual(max);
  for (const index of [0, 999, 1_000, 9_999]) {
    expect(partBytes(index, max)).toBeGreaterThanOrEqual(multipart.minPartBytes);
    expect(partBytes(index, max)).toBeLessThanOrEqual(multipart.maxPartBytes);
  }
});

test('keeps parts small as long as it can', () => {
  expect(partBytes(9_999, 78 * gibibyte)).toBe(usualPartBytes);
  expect(partBytes(0, 5_120 * gibibyte)).toBe(usualPartBytes);
  expect(partBytes(9_999, 5_120 * gibibyte)).toBeLessThan(1.05 * gibibyte);
});

test('copies in parts of half a gibibyte, and in larger ones where 10,000 of those are too few', () => {
  expect(copyPartBytes(6 * gibibyte)).toBe(gibibyte / 2);
  expect(copyPartBytes(50_000 * gibibyte)).toBe(5 * gibibyte);
});
