import { objects, type PortError, reasonOf, silentLog } from '@portolan/kernel';
import { Refusal } from '../testing/s3/store.ts';
import { mebibytes, nth, stage } from '../testing/s3/stage.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const conflicting = new Refusal(409, 'ConditionalRequestConflict');
const absent = { condition: 'absent' } as const;
const mebibyte = 1_048_576;

test('writes again, with its condition, what met another write under way', async () => {
  await using here = await stage();
  here.double.fault = nth('PutObject', [1, 2], conflicting);
  expect((await here.objects.put('a', bytes('x'), absent)).kind).toBe('written');
  expect(here.double.asked).toEqual(['PutObject', 'PutObject', 'PutObject']);
});

test('tells a conflict where others were in the way until the condition did not hold any more', async () => {
  await using here = await stage();
  here.double.fault = (operation) => {
    if (operation !== 'PutObject') return undefined;
    here.store.put('a', bytes('theirs'), { contentType: '', metadata: {} }, { ifMatch: undefined, ifNoneMatch: undefined }, 0); // prettier-ignore
    return conflicting;
  };
  expect(await here.objects.put('a', bytes('x'), absent)).toEqual({ kind: 'conflict' });
});

test('asks to decide again where others were in the way of an upload and its condition still holds', async () => {
  await using here = await stage();
  here.double.fault = nth('CompleteMultipartUpload', [1], conflicting);
  const put = here.objects.put('a', mebibytes(9), absent);
  await expect(put).rejects.toMatchObject({ name: 'PortError', code: 'conflict', retryable: true });
  // S3 takes no second completion: the upload is over.
  expect(here.double.asked.filter((operation) => operation === 'CompleteMultipartUpload')).toHaveLength(1);
  expect(here.store.uploads.size).toBe(0);
});

test('forgets the upload of an object whose condition did not hold in the end', async () => {
  await using here = await stage();
  await here.objects.put('a', bytes('x'));
  expect(await here.objects.put('a', mebibytes(9), absent)).toEqual({ kind: 'conflict' });
  expect(await here.objects.put('a', mebibytes(9), { condition: { tag: 'another' } })).toEqual({ kind: 'conflict' });
  expect(await here.objects.put('b', mebibytes(9), { condition: { tag: 'another' } })).toEqual({ kind: 'conflict' });
  expect(here.store.uploads.size).toBe(0);
});

test('repeats a write without a condition whose answer got lost', async () => {
  await using here = await stage();
  here.double.fault = nth('PutObject', [1], 'lost');
  expect((await here.objects.put('a', bytes('x'))).kind).toBe('written');
  expect(here.double.asked).toEqual(['PutObject', 'PutObject']);
});

test.each([
  ['an object', 'PutObject', 1],
  ['an upload', 'CompleteMultipartUpload', 9],
])(
  'does not know of %s under a condition whose answer got lost: its own write may stand there',
  async (_, operation, size) => {
    await using here = await stage();
    here.double.fault = nth(operation, [1], 'lost');
    const put = here.objects.put('a', mebibytes(size), absent);
    await expect(put).rejects.toMatchObject({ name: 'PortError', code: 'timeout' });
    expect(await here.objects.head('a')).toMatchObject({ sizeBytes: size * mebibyte });
    here.double.fault = nth(operation, [1], 'broken');
    // Where nothing was done, repeating it is just right.
    expect((await here.objects.put('b', mebibytes(size), absent)).kind).toBe('written');
  },
);

test('knows a conflict after it was asked to slow down: nothing was written before', async () => {
  await using here = await stage();
  await here.objects.put('a', bytes('theirs'));
  here.double.fault = nth('PutObject', [1], new Refusal(503, 'SlowDown'));
  expect(await here.objects.put('a', bytes('x'), absent)).toEqual({ kind: 'conflict' });
});

test('sends a part again, and completes again where S3 failed within an answer of 200', async () => {
  await using here = await stage();
  const part = nth('UploadPart', [2], 'broken' as const);
  const end = nth('CompleteMultipartUpload', [1], new Refusal(200, 'InternalError'));
  here.double.fault = (operation) => part(operation) ?? end(operation);
  expect((await here.objects.put('a', mebibytes(20))).kind).toBe('written');
  expect(await here.objects.head('a')).toMatchObject({ sizeBytes: 20 * mebibyte });
});

test('ends an upload whose part cannot be sent: lets the source go, and has S3 forget the rest', async () => {
  const warnings: string[] = [];
  await using here = await stage({ log: { ...silentLog, warn: (message) => warnings.push(message) } });
  const source = { read: 0, ended: false };
  const endless = async function* () {
    try {
      for (;;) {
        source.read++;
        yield* mebibytes(1);
      }
    } finally {
      source.ended = true;
    }
  };
  let broken = ['UploadPart'];
  here.double.fault = (operation) => (broken.includes(operation) ? new Refusal(403, 'AccessDenied') : undefined);
  await expect(here.objects.put('a', endless())).rejects.toMatchObject({ name: 'PortError', code: 'unauthorized' });
  expect(source.ended).toBe(true);
  expect(source.read).toBeLessThan(60);
  expect(here.store.uploads.size).toBe(0);
  expect(warnings).toEqual([]);

  // Where even that fails, the failure of the upload is what is told, and the lifecycle rule does the rest.
  broken = ['UploadPart', 'AbortMultipartUpload'];
  await expect(here.objects.put('a', endless())).rejects.toMatchObject({ code: 'unauthorized' });
  expect(warnings).toEqual([expect.stringContaining('lifecycle rule')]);
  expect(here.store.uploads.size).toBe(1);
});

test('forgets the upload of a stream that fails, once no part is under way', async () => {
  await using here = await stage();
  const fault = new Error('the camera fell');
  const failing = async function* () {
    yield* mebibytes(20);
    throw fault;
  };
  let underWay = 0;
  here.double.fault = async (operation) => {
    if (operation === 'UploadPart') {
      underWay++;
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
    }
    if (operation === 'AbortMultipartUpload') expect(underWay).toBe(0);
    return undefined;
  };
  await expect(here.objects.put('a', failing())).rejects.toBe(fault);
  expect(here.double.asked.at(-1)).toBe('AbortMultipartUpload');
  expect(here.store.uploads.size).toBe(0);
});

test('holds four parts of a stream at a time, and reads on only as they are stored', async () => {
  await using here = await stage();
  let read = 0;
  const counted = async function* () {
    for await (const chunk of mebibytes(48)) {
      read++;
      yield chunk;
    }
  };
  const waiting: (() => void)[] = [];
  let most = 0;
  let stored = 0;
  here.double.fault = async (operation) => {
    if (operation !== 'UploadPart') return undefined;
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      most = Math.max(most, waiting.length);
      // What is held was read and is not stored; a chunk may be on its way into the next part.
      expect(read - stored).toBeLessThanOrEqual(4 * 8 + 1);
    });
    stored += 8;
    return undefined;
  };
  const put = here.objects.put('a', counted());
  let done = false;
  void put.then(() => (done = true));
  while (!done) {
    await new Promise((resolve) => setImmediate(resolve));
    // One is stored once no more is sent.
    if (waiting.length === 4 || read === 48) waiting.shift()?.();
  }
  expect((await put).kind).toBe('written');
  expect([most, read]).toEqual([4, 48]);
});

describe('a reading whose answer', () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
  const read = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const start = async (fault: 'cut' | 'stalled', times = [1]) => {
    const here = await stage({ silenceMs: 50 });
    await here.objects.put('a', content);
    here.double.fault = nth('GetObject', times, fault);
    here.double.asked.length = 0;
    return here;
  };

  test.each(['cut', 'stalled'] as const)('was %s goes on from there in another', async (fault) => {
    await using here = await start(fault, [1, 2, 4]);
    expect(content.equals(await read((await here.objects.get('a'))!.body))).toBe(true);
    const range = { from: 100, to: 200_000 };
    expect(content.subarray(100, 200_000).equals(await read((await here.objects.get('a', { range }))!.body))).toBe(
      true,
    );
    expect(here.double.asked).toEqual(Array(5).fill('GetObject'));
  });

  test('was cut fails where the object was replaced or deleted since: halves of two are no whole', async () => {
    await using here = await start('cut');
    const [replaced, whole] = [(await here.objects.get('a'))!, (await here.objects.get('a'))!];
    await here.objects.put('a', content.toReversed());
    const failed = { name: 'PortError', code: 'unavailable', retryable: true };
    await expect(read(replaced.body)).rejects.toMatchObject(failed);
    // The second answer was sent in one, and is of what stood there.
    expect(content.equals(await read(whole.body))).toBe(true);
    here.double.fault = nth('GetObject', [1], 'cut');
    const gone = (await here.objects.get('a'))!;
    await here.objects.delete('a');
    await expect(read(gone.body)).rejects.toMatchObject(failed);
  });

  test('brings nothing five times in a row fails, so that nobody waits for ever', async () => {
    await using here = await start('stalled', [1, 2, 3, 4, 5]);
    await here.objects.put('one', Buffer.from('1'));
    await expect(read((await here.objects.get('one'))!.body)).rejects.toMatchObject({
      name: 'PortError',
      code: 'timeout',
      message: expect.stringContaining('50 ms'),
    });
    expect(here.double.asked.filter((operation) => operation === 'GetObject')).toHaveLength(5);
  });
});

test.each([
  ['SlowDown', 503, 'throttled'],
  ['AccessDenied', 403, 'unauthorized'],
  ['NoSuchBucket', 404, 'not-found'],
] as const)('tells %s as what it is', async (code, status, told) => {
  await using here = await stage();
  here.double.fault = () => new Refusal(status, code);
  const calls = {
    get: () => here.objects.get('a'),
    put: () => here.objects.put('a', bytes('x')),
    list: () => here.objects.list(),
    copy: () => here.objects.copy('a', 'b'),
    delete: () => here.objects.delete('a'),
  };
  const codes = Object.values(calls).map((call) => call().then(reasonOf, (error: PortError) => error.code));
  expect(await Promise.all(codes)).toEqual(Array(5).fill(told));
});

const small = { maxAtOnceBytes: 6 * mebibyte, partBytes: () => 5 * mebibyte };
const files = objects('files', { maxObjectBytes: 100 * mebibyte });

test('copies in parts what S3 does not copy at once, with its type and metadata', async () => {
  await using here = await stage({ port: files, copySizes: small });
  const stored = { contentType: 'text/plain', metadata: { by: 'me' } };
  await here.objects.put('large é', mebibytes(16), stored);
  await here.objects.put('small', mebibytes(6));
  here.double.asked.length = 0;
  const copied = await here.objects.copy('large é', 'copy');
  expect(here.double.asked.filter((operation) => operation === 'UploadPartCopy')).toHaveLength(4);
  expect(copied).toEqual({ kind: 'copied', tag: (await here.objects.head('copy'))!.tag });
  expect(await here.objects.head('copy')).toMatchObject({ ...stored, sizeBytes: 16 * mebibyte });
  expect(Buffer.from(here.store.read('copy').bytes).equals(here.store.read('large é').bytes)).toBe(true);
  expect((await here.objects.copy('small', 'copy')).kind).toBe('copied');
  expect(here.double.asked).toContain('CopyObject');
  expect(await here.objects.copy('none', 'copy')).toEqual({ kind: 'not-found' });
});

test('begins a copy again whose source is replaced under it, and gives up when that goes on', async () => {
  await using here = await stage({ port: files, copySizes: small });
  await here.objects.put('large', mebibytes(11));
  let replaced = 0;
  let times = 1;
  here.double.fault = (operation) => {
    if (operation === 'UploadPartCopy' && replaced < times) {
      const source = here.store.read('large');
      const none = { ifMatch: undefined, ifNoneMatch: undefined };
      here.store.put('large', Buffer.alloc(7 * mebibyte, ++replaced), source, none, 0);
    }
    return undefined;
  };
  expect((await here.objects.copy('large', 'copy')).kind).toBe('copied');
  expect(new Set(here.store.read('copy').bytes)).toEqual(new Set([1]));
  times = Infinity;
  await expect(here.objects.copy('large', 'copy')).rejects.toMatchObject({ name: 'PortError', code: 'conflict' });
  expect(new Set(here.store.read('copy').bytes)).toEqual(new Set([1]));
  expect(here.store.uploads.size).toBe(0);
});
