import type { PortError } from '@portolan/kernel';
import { blockBytes, blockId, blocksOf, maxBlobBytes } from './blocks.ts';

const limit = { what: 'objects "x": put', maxBytes: 1_000 };
const bytes = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, at) => (from + at) % 251);
async function* inChunks(...sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) yield bytes(at, (at += size));
}
async function sizesOf(body: Parameters<typeof blocksOf>[0], size = 10): Promise<readonly number[]> {
  const sizes: number[] = [];
  let at = 0;
  for await (const block of blocksOf(body, limit, (index) => size * (index < 2 ? 1 : 2))) {
    expect(Buffer.from(block)).toEqual(Buffer.from(bytes(at, at + block.length)));
    at += block.length;
    sizes.push(block.length);
  }
  return sizes;
}

test.each([
  ['nothing', [], [0]],
  ['empty chunks', [0, 0], [0]],
  ['less than a block', [3, 4], [7]],
  ['just a block', [4, 6], [10]],
  ['chunks that end where blocks do not', [7, 7, 7, 7], [10, 10, 8]],
  ['a chunk of many blocks', [75], [10, 10, 20, 20, 15]],
  ['bytes one by one', Array(21).fill(1), [10, 10, 1]],
])('cuts a stream of %s into blocks that grow', async (_what, chunks: number[], expected: number[]) => {
  expect(await sizesOf(inChunks(...chunks))).toEqual(expected);
  expect(
    await sizesOf(
      bytes(
        0,
        chunks.reduce((sum, size) => sum + size, 0),
      ),
    ),
  ).toEqual(expected);
});

test('keeps no hold of chunks, whose memory may be used again', async () => {
  const reusing = async function* () {
    const chunk = new Uint8Array(2);
    for (const value of [1, 2]) yield chunk.fill(value);
  };
  const blocks: number[][] = [];
  for await (const block of blocksOf(reusing(), limit, () => 100)) blocks.push([...block]);
  expect(blocks).toEqual([[1, 1, 2, 2]]);
});

test.each([
  ['an array', bytes(0, 1_001)],
  ['a stream', inChunks(999, 1, 1)],
])('refuses %s of a byte too much', async (_what, body) => {
  await expect(sizesOf(body)).rejects.toMatchObject({ code: 'too-large' } satisfies Partial<PortError>);
  expect((await sizesOf(inChunks(1_000))).reduce((sum, size) => sum + size, 0)).toBe(1_000);
});

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
