import { partsOf } from './parts.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const cutting = { partBytes: (index: number) => 3 + index, check: () => undefined };

async function cut(body: Uint8Array | AsyncIterable<Uint8Array>): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of partsOf(body, cutting)) parts.push(Buffer.from(part).toString());
  return parts;
}

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  // One buffer for all chunks, as a source may do that saves memory.
  const shared = new Uint8Array(100);
  for (const text of texts) {
    shared.set(bytes(text));
    yield shared.subarray(0, text.length);
  }
}

test.each([
  ['', ['']],
  ['ab', ['ab']],
  ['abc', ['abc']],
  ['abcdefg', ['abc', 'defg']],
  ['abcdefgh', ['abc', 'defg', 'h']],
])('cuts %j, be it an array or a stream in chunks of any size', async (text, parts) => {
  expect(await cut(bytes(text))).toEqual(parts);
  expect(await cut(chunks(text))).toEqual(parts);
  expect(await cut(chunks(...text))).toEqual(parts);
  expect(await cut(chunks('', text.slice(0, 1), '', text.slice(1)))).toEqual(parts);
});

test('reads no further than to the part that is asked for', async () => {
  let read = 0;
  const source = (async function* () {
    for (const text of 'abcdefghijkl') {
      read++;
      yield bytes(text);
    }
  })();
  const parts = partsOf(source, cutting);
  await parts.next();
  expect(read).toBe(4);
  await parts.next();
  expect(read).toBe(8);
});

test('lets the source go when its reader ends early', async () => {
  let released = false;
  const source = (async function* () {
    try {
      for (;;) yield bytes('abcdef');
    } finally {
      released = true;
    }
  })();
  for await (const _ of partsOf(source, cutting)) break;
  expect(released).toBe(true);
});

test("throws the stream's own error, and that of the check before it keeps what is too much", async () => {
  const broken = (async function* () {
    yield bytes('ab');
    throw new RangeError('broken');
  })();
  await expect(cut(broken)).rejects.toThrow(RangeError);
  const check = (sizeBytes: number) => {
    if (sizeBytes > 4) throw new TypeError(`${sizeBytes} bytes`);
  };
  const checked = partsOf(chunks('abc', 'de'), { ...cutting, check });
  await expect(checked.next()).rejects.toThrow('5 bytes');
  await expect(partsOf(bytes('abcde'), { ...cutting, check }).next()).rejects.toThrow('5 bytes');
});

const numbered = (from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: to - from }, (_, at) => (from + at) % 251);
async function* inChunks(...sizes: readonly number[]) {
  let at = 0;
  for (const size of sizes) yield numbered(at, (at += size));
}

/** Parts of 10 bytes, from the third on of 20; what they hold is seen to follow on. */
async function sizesOf(body: Uint8Array | AsyncIterable<Uint8Array>, tenBytes = 10): Promise<readonly number[]> {
  const sizes: number[] = [];
  let at = 0;
  const partBytes = (index: number): number => tenBytes * (index < 2 ? 1 : 2);
  for await (const part of partsOf(body, { partBytes, check: () => undefined })) {
    expect(Buffer.compare(part, numbered(at, at + part.length))).toBe(0);
    at += part.length;
    sizes.push(part.length);
  }
  return sizes;
}

test.each([
  ['nothing', [], [0]],
  ['empty chunks', [0, 0], [0]],
  ['less than a part', [3, 4], [7]],
  ['just a part', [4, 6], [10]],
  ['chunks that end where parts do not', [7, 7, 7, 7], [10, 10, 8]],
  ['a chunk of many parts', [75], [10, 10, 20, 20, 15]],
  ['bytes one by one', Array(21).fill(1), [10, 10, 1]],
])('cuts a stream of %s into parts that grow', async (_what, chunks: number[], expected: number[]) => {
  const whole = numbered(
    0,
    chunks.reduce((sum, size) => sum + size, 0),
  );
  expect(await sizesOf(inChunks(...chunks))).toEqual(expected);
  expect(await sizesOf(whole)).toEqual(expected);
});

test('cuts parts of many sizes of memory', async () => {
  const stream = inChunks(1, 65_535, 2, 100_000, 300_000, 700_000);
  expect(await sizesOf(stream, 300_000)).toEqual([300_000, 300_000, 565_538]);
});
