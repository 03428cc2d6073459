import { startEngine } from '@portolan/conformance/engine';
import { bytesOf, kibibytes, objects, type ObjectCondition, type Objects } from '@portolan/kernel';
import { askDoubles, objectsHarness, storageOf } from '../testing/objects-harness.ts';
import type { StorageFault } from '../testing/storage/storage-faults.ts';
import { Bucket } from './bucket.ts';

const uploads = objects('uploads');
const chunkBytes = kibibytes(512);

const engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

/** Objects in small chunks over an engine with faults; between calls that failed nothing is waited for but `between`. */
async function bench(
  faults: readonly StorageFault[] = [],
  between: (place: Objects) => Promise<void> = async () => {},
) {
  const waits: number[] = [];
  const wait = async (ms: number): Promise<void> => {
    waits.push(ms);
    await between(place);
  };
  const harness = await objectsHarness(engine, { chunkBytes, rest: { wait, timeoutMs: 2_000 } });
  const place: Objects = await harness.open(uploads);
  for (const fault of faults) await askDoubles(engine, 'faults', fault);
  return {
    place,
    waits,
    harness,
    async [Symbol.asyncDispose]() {
      await askDoubles(engine, 'no-faults');
      await harness[Symbol.asyncDispose]();
    },
  };
}

const patterned = (sizeBytes: number): Uint8Array => Uint8Array.from({ length: sizeBytes }, (_, n) => (n * 7) % 253);
const content = patterned(3 * chunkBytes + 100);
async function* stream(bytes: Uint8Array = content) {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}
const contentOf = async (place: Objects, key: string): Promise<Uint8Array> => {
  const found = await place.get(key);
  return bytesOf(found!.body, 10_000_000);
};
const openUploads = async () => (await askDoubles<{ readonly open: number }>(engine, 'uploads')).open;

const chunk = { method: 'PUT', target: 'upload_id' } as const;
const insert = { method: 'POST', target: 'uploadType=multipart' } as const;

describe('an upload in chunks', () => {
  test.each<[what: string, faults: readonly StorageFault[]]>([
    ['is refused in passing', [{ ...chunk, times: 3, status: 503 }]],
    ['stores a chunk and does not say so', [{ ...chunk, times: 2, status: 502, done: true }]],
    ['stores a part of a chunk and fails', [{ ...chunk, times: 1, status: 500, storesBytes: kibibytes(256) }]],
    ['stores a part of a chunk and says so', [{ ...chunk, times: 1, storesBytes: kibibytes(256) }]],
    ['loses its connection', [{ ...chunk, times: 2 }]],
    ['loses its connection once all is stored', [{ ...chunk, target: `upload_id`, times: 4, done: true }]],
    ['is asked for a slower pace', [{ ...chunk, times: 2, status: 429 }]],
    ['begins only the second time', [{ method: 'POST', target: 'uploadType=resumable', times: 1, status: 503 }]],
  ])('goes on where it was when it %s', async (_what, faults) => {
    await using under = await bench(faults);
    const written = await under.place.put('one', stream(), { contentType: 'a/b', metadata: { by: 'me' } });
    const found = await under.place.head('one');
    expect(written).toEqual({ kind: 'written', tag: found?.tag });
    expect(found).toMatchObject({ sizeBytes: content.length, contentType: 'a/b', metadata: { by: 'me' } });
    expect(Buffer.compare(await contentOf(under.place, 'one'), content)).toBe(0);
    expect(under.waits.length + Number(faults[0]!.storesBytes !== undefined)).toBeGreaterThan(0);
  });

  test('is given up when nothing is stored for long, and what was stored is dropped', async () => {
    const before = await openUploads();
    await using under = await bench([{ ...chunk, times: 100, status: 503 }]);
    await expect(under.place.put('one', stream())).rejects.toMatchObject({ code: 'unavailable' });
    // One before it asks how much is stored, and four before it gives up to ask.
    expect(under.waits).toHaveLength(5);
    expect(await under.place.head('one')).toBeUndefined();
    expect(await openUploads()).toBe(before);
  });

  test('is given up when its session is gone', async () => {
    await using under = await bench([{ ...chunk, times: 1, status: 410 }]);
    await expect(under.place.put('one', stream())).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('session of an upload is gone'),
    });
  });

  test('is cancelled when its stream fails and when its condition has failed', async () => {
    const before = await openUploads();
    await using under = await bench();
    const failing = async function* () {
      yield* stream();
      throw new Error('the camera fell');
    };
    await expect(under.place.put('one', failing())).rejects.toThrow('the camera fell');
    const overtaken = async function* () {
      yield* stream();
      await under.place.put('one', patterned(3));
    };
    expect(await under.place.put('one', overtaken(), { condition: 'absent' })).toEqual({ kind: 'conflict' });
    expect(await openUploads()).toBe(before);
  });

  test('has no more than a few chunks in memory', async () => {
    await using under = await bench();
    const piece = patterned(64_000);
    const start = process.memoryUsage().arrayBuffers;
    let most = 0;
    const long = async function* () {
      for (let n = 0; n < 500; n++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers - start);
        yield piece;
      }
    };
    await under.place.put('long', long());
    expect((await under.place.head('long'))?.sizeBytes).toBe(32_000_000);
    expect(most).toBeLessThan(8_000_000);
  });
});

describe('a write under a condition whose answer is lost', () => {
  const lost: StorageFault = { ...insert, times: 1, status: 503, done: true };

  test.each<[string, (tag: string) => ObjectCondition]>([
    ['that nothing stands', () => 'absent'],
    ['of a tag', (tag) => ({ tag })],
  ])('is known as written, %s', async (_what, conditionOf) => {
    await using under = await bench();
    const key = conditionOf('1') === 'absent' ? 'new' : 'stands';
    const before = await under.place.put('stands', patterned(1));
    await askDoubles(engine, 'faults', lost);
    const condition = conditionOf(before.kind === 'written' ? before.tag : '');
    const written = await under.place.put(key, patterned(5), { condition, metadata: { by: 'me' } });
    expect(written).toEqual({ kind: 'written', tag: (await under.place.head(key))?.tag });
    expect((await under.place.head(key))?.metadata).toEqual({ by: 'me' });
  });

  test('is in doubt where another has replaced it since', async () => {
    await using under = await bench([lost], async (place) => void (await place.put('one', patterned(2))));
    const writing = under.place.put('one', patterned(5), { condition: 'absent' });
    await expect(writing).rejects.toMatchObject({ code: 'unavailable' });
    expect((await under.place.head('one'))?.sizeBytes).toBe(2);
  });

  test('is in doubt where no answer ever comes', async () => {
    await using under = await bench([{ ...insert, times: 100, status: 503 }]);
    const writing = under.place.put('one', patterned(5), { condition: 'absent' });
    await expect(writing).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('is a conflict where it was not done, and another was', async () => {
    const notDone: StorageFault = { ...insert, times: 1, status: 429 };
    await using under = await bench([notDone], async (place) => void (await place.put('one', patterned(2))));
    expect(await under.place.put('one', patterned(5), { condition: 'absent' })).toEqual({ kind: 'conflict' });
  });
});

describe('writes to one object in a row', () => {
  test('are repeated more slowly where Cloud Storage asks for it', async () => {
    await using under = await bench([{ ...insert, times: 3, status: 429 }]);
    expect((await under.place.put('one', patterned(5))).kind).toBe('written');
    expect(under.waits).toHaveLength(3);
  });

  test('are throttled in the end', async () => {
    await using under = await bench([{ ...insert, times: 100, status: 429 }]);
    await expect(under.place.put('one', patterned(5))).rejects.toMatchObject({ code: 'throttled' });
  });
});

describe('a reading whose connection breaks', () => {
  const media = { method: 'GET', target: 'alt=media' } as const;

  test('goes on where it was, ranges too', async () => {
    await using under = await bench();
    await under.place.put('one', stream());
    for (const sendsBytes of [0, 1, 100_000, 700_000])
      await askDoubles(engine, 'faults', { ...media, times: 1, sendsBytes } satisfies StorageFault);
    expect(Buffer.compare(await contentOf(under.place, 'one'), content)).toBe(0);
    await askDoubles(engine, 'faults', { ...media, times: 1, sendsBytes: 10 } satisfies StorageFault);
    const part = await under.place.get('one', { range: { from: 1_000, to: 2_000 } });
    expect(Buffer.compare(await bytesOf(part!.body, 1_000), content.subarray(1_000, 2_000))).toBe(0);
  });

  test('ends where the object has been replaced meanwhile', async () => {
    const replace = async (place: Objects) => void (await place.put('one', patterned(3)));
    await using under = await bench([], replace);
    await under.place.put('one', stream());
    await askDoubles(engine, 'faults', { ...media, times: 1, sendsBytes: 1_000 } satisfies StorageFault);
    await expect(contentOf(under.place, 'one')).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('is given up when nothing comes any more', async () => {
    await using under = await bench();
    await under.place.put('one', stream());
    await askDoubles(engine, 'faults', { ...media, times: 100, sendsBytes: 0 } satisfies StorageFault);
    await expect(contentOf(under.place, 'one')).rejects.toMatchObject({ code: 'unavailable' });
    expect(under.waits).toHaveLength(4);
  });
});

test('copies anew what was replaced between the requests that a copy takes', async () => {
  const large = patterned(5 * 1_048_576);
  const second = { method: 'POST', target: 'rewriteToken', times: 1, status: 503 } as const;
  await using under = await bench([second], async (place) => void (await place.put('from', patterned(9))));
  await under.place.put('from', stream(large));
  const copied = await under.place.copy('from', 'to');
  expect(copied).toEqual({ kind: 'copied', tag: (await under.place.head('to'))?.tag });
  expect((await under.place.head('to'))?.sizeBytes).toBe(9);
});

test('reads what a signed URL wrote as gzip just as it was written', async () => {
  await using under = await bench();
  const { url, headers } = await under.place.writeUrl('one', { expiresInMs: 60_000, contentType: 'text/plain' });
  const body = new Uint8Array(Buffer.from('H4sIAAAAAAAAE8tIzcnJBwCGphA2BQAAAA==', 'base64'));
  const { status } = await under.harness.request(url, {
    method: 'PUT',
    headers: { ...headers, 'content-encoding': 'gzip' },
    body,
  });
  expect(status).toBe(200);
  expect((await under.place.head('one'))?.sizeBytes).toBe(body.length);
  expect(Buffer.compare(await contentOf(under.place, 'one'), body)).toBe(0);
});

test('lets nobody write more by a signed URL than the port allows', async () => {
  const harness = await objectsHarness(engine);
  await using _ = harness;
  const place: Objects = await harness.open(objects('small', { maxObjectBytes: 10 }));
  const { url, headers } = await place.writeUrl('one', { expiresInMs: 60_000 });
  const put = async (body: Uint8Array, given = headers) =>
    (await harness.request(url, { method: 'PUT', headers: given, body })).status;
  expect(await put(patterned(11))).toBe(400);
  expect(await put(patterned(11), {})).toBe(403);
  expect(await place.head('one')).toBeUndefined();
  expect(await put(patterned(10))).toBe(200);
});

test('tells a bucket that is not there from an object that is not', async () => {
  await using under = await bench();
  expect(await under.place.head('one')).toBeUndefined();
  const nowhere = new Bucket(storageOf(engine), 'no-such-bucket');
  const asks = [
    () => nowhere.head('one'),
    () => nowhere.open({ name: 'one', generation: '1' }),
    () => nowhere.rewrite('one', 'two'),
    () => nowhere.delete('one'),
    () => nowhere.list('', 10, undefined),
  ];
  for (const ask of asks) await expect(ask()).rejects.toMatchObject({ httpStatus: 404 });
});
