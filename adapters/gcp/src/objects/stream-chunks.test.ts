import { StreamChunks, StreamFailure } from './stream-chunks.ts';

async function chunksOf(sizes: readonly number[], chunkBytes: number) {
  const pieces = async function* () {
    // One memory for all pieces, as whoever reads from a file may have it.
    const memory = new Uint8Array(1_000_000);
    let n = 0;
    for (const size of sizes) {
      const piece = memory.subarray(0, size);
      for (let at = 0; at < size; at++) piece[at] = n++ % 251;
      yield piece;
    }
  };
  const chunks = new StreamChunks(pieces(), chunkBytes, () => undefined);
  const all: number[][] = [];
  for (;;) {
    const { bytes, last } = await chunks.next();
    all.push([...bytes]);
    if (last) return all;
  }
}

test.each([
  ['nothing', [], [0]],
  ['empty pieces', [0, 0], [0]],
  ['one short piece', [3], [3]],
  ['pieces that make a chunk', [4, 6], [10]],
  ['pieces that make two', [4, 6, 10], [10, 10]],
  ['a piece of many chunks', [35], [10, 10, 10, 5]],
  ['an empty piece at the end', [10, 0], [10]],
  ['pieces of any size', [1, 0, 19, 3, 8], [10, 10, 10, 1]],
])('cuts %s', async (_what, sizes, expected) => {
  const chunks = await chunksOf(sizes, 10);
  expect(chunks.map(({ length }) => length)).toEqual(expected);
  expect(chunks.flat()).toEqual(Array.from({ length: chunks.flat().length }, (_, n) => n % 251));
});

test('grows with a stream, up to a whole chunk', async () => {
  const chunks = await chunksOf([70_000, 70_000, 200_000, 1], 262_144);
  expect(chunks.map(({ length }) => length)).toEqual([262_144, 77_857]);
  expect(chunks.flat()).toEqual(Array.from({ length: 340_001 }, (_, n) => n % 251));
});

test('asks for no more than a chunk and one piece before the chunk is asked for', async () => {
  let asked = 0;
  const pieces = async function* () {
    for (;;) {
      asked++;
      yield new Uint8Array(4);
    }
  };
  const chunks = new StreamChunks(pieces(), 10, () => undefined);
  await chunks.next();
  expect(asked).toBe(3);
  await chunks.next();
  expect(asked).toBe(6);
});

test('tells what the stream threw, and ends a stream that is not wanted any more', async () => {
  const fault = new Error('the disk fell');
  const failing = new StreamChunks(
    (async function* () {
      yield new Uint8Array(1);
      throw fault;
    })(),
    10,
    () => undefined,
  );
  const thrown = await failing.next().catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(StreamFailure);
  expect((thrown as StreamFailure).thrown).toBe(fault);

  let ended = false;
  const endless = new StreamChunks(
    (async function* () {
      try {
        for (;;) yield new Uint8Array(4);
      } finally {
        ended = true;
      }
    })(),
    10,
    (sizeBytes) => {
      if (sizeBytes > 6) throw new RangeError('too large');
    },
  );
  await expect(endless.next()).rejects.toThrow('too large');
  expect(ended).toBe(false);
  await endless.close();
  expect(ended).toBe(true);
});
