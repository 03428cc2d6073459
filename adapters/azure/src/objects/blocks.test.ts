import { blockBytes, blockId, maxBlobBytes } from './blocks.ts';

test('fits a tebibyte into 50,000 blocks of at most 64 MiB', () => {
  const all = Array.from({ length: 50_000 }, (_, index) => blockBytes(index));
  expect(all.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(maxBlobBytes);
  expect([all[0], Math.max(...all)]).toEqual([8 * 1_048_576, 64 * 1_048_576]);
});

test('gives all blocks ids of one length, and no two the same', () => {
  const ids = [0, 9, 10, 49_999].map((index) => blockId('0b49a5ac-6a1d-4a3f-8a83-3f0a9d3f3f0a', index));
  expect(new Set(ids.map((id) => Buffer.from(id, 'base64').length))).toEqual(new Set([41]));
  expect(new Set(ids).size).toBe(4);
});
