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
