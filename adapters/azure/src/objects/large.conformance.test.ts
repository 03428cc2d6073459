import { RestError } from '@azure/storage-blob';
import { bytesOf, type PortError } from '@portolan/kernel';
import { PassThrough } from 'node:stream';
import { brokenOff, type Hooks } from '../testing/hooked-http-client.ts';
import { bytes, hookedClients, openUploads, uploads } from '../testing/objects-bench.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { BlobObjects } from './blob-objects.ts';
import { blockBytes } from './blocks.ts';
import type { CopySizes } from './copy-blob.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const codeOf = (error: unknown): string => (error as PortError).code;
const opened = () => openUploads(engine);

describe('copies of what is too large for one request', () => {
  const sizes: CopySizes = { maxAtOnce: 10_000, part: 4_000 };
  const options = { contentType: 'image/png', metadata: { by: 'me', empty: '' } };

  async function copier(hooks: Hooks = {}) {
    const { harness, place } = await opened();
    const clients = hookedClients(engine, hooks);
    const engines = {
      container: await harness.container(uploads, clients),
      mailbox: () => Promise.reject(new Error()),
    };
    return { harness, place, copying: new BlobObjects(uploads, engines, harness.environment, sizes) };
  }

  test('are made part by part, with type and metadata, and appear whole', async () => {
    const asked: string[] = [];
    const { place, copying } = await copier({
      before: ({ method, url }) => void asked.push(`${method} ${new URL(url).searchParams.get('comp') ?? ''}`),
    });
    await place.put('from', bytes(10_001), options);
    await place.put('to', bytes(5));
    const copied = await copying.copy('from', 'to');
    const info = (await place.get('to'))!;
    expect(copied).toEqual({ kind: 'copied', tag: info.tag });
    expect([info.contentType, info.metadata]).toEqual([options.contentType, options.metadata]);
    expect(Buffer.from(await bytesOf(info.body, 1e9))).toEqual(Buffer.from(bytes(10_001)));
    expect(asked.filter((one) => one === 'PUT block')).toHaveLength(3);
    await place.put('small', bytes(10_000));
    asked.length = 0;
    expect((await copying.copy('small', 'to')).kind).toBe('copied');
    expect(asked).toEqual(['HEAD ', 'PUT ']);
  });

  test.each([
    ['part by part', 10_001],
    ['at once', 100],
  ])('begin anew where the source is replaced meanwhile (%s)', async (_what, size) => {
    let replacements = 0;
    const { place, copying } = await copier({
      async before({ method }) {
        if (method === 'PUT' && ++replacements === 1) await place.put('from', bytes(size, 1));
      },
    });
    await place.put('from', bytes(size));
    expect((await copying.copy('from', 'to')).kind).toBe('copied');
    const found = (await place.get('to'))!;
    expect(Buffer.from(await bytesOf(found.body, 1e9))).toEqual(Buffer.from(bytes(size, 1)));
  });

  test('give up a source that never stays', async () => {
    let changes = 0;
    const restless = await copier({
      before: async ({ method }) => {
        if (method === 'PUT') await restless.place.put('from', bytes(10_001, ++changes));
      },
    });
    await restless.place.put('from', bytes(10_001));
    expect(await restless.copying.copy('from', 'to').catch(codeOf)).toBe('unavailable');
    expect(await restless.place.head('to')).toBeUndefined();
  });

  test.each([
    ['part by part', 10_001],
    ['at once', 100],
  ])('find that the source has gone meanwhile (%s)', async (_what, size) => {
    const gone = await copier({
      before: async ({ method }) => {
        if (method === 'PUT') await gone.place.delete('from');
      },
    });
    await gone.place.put('from', bytes(size));
    expect(await gone.copying.copy('from', 'to')).toEqual({ kind: 'not-found' });
  });
});

describe('writes in blocks', () => {
  /** Two blocks and a bit; between them something happens. */
  async function* long(meanwhile: () => Promise<unknown> = async () => {}) {
    yield bytes(blockBytes(0) + 10);
    await meanwhile();
    yield bytes(blockBytes(0));
  }

  test.each([
    ['without a condition', undefined, 'unavailable'],
    ['under "absent"', 'absent', 'conflict'],
  ] as const)('%s lose to another write of the same key that ends first', async (_what, condition, expected) => {
    const { place } = await opened();
    const meanwhile = () => place.put('one', long());
    const options = condition === undefined ? {} : { condition };
    const result = await place.put('one', long(meanwhile), options).then(({ kind }) => kind, codeOf);
    expect(result).toBe(expected);
    expect((await place.head('one'))?.sizeBytes).toBe(2 * blockBytes(0) + 10);
  });

  test('have a conflict with a write that took their blocks, though its object has gone again', async () => {
    const { place } = await opened();
    const meanwhile = async (): Promise<void> => {
      await place.put('one', long());
      await place.delete('one');
    };
    expect(await place.put('one', long(meanwhile), { condition: 'absent' })).toEqual({ kind: 'conflict' });
    expect(await place.head('one')).toBeUndefined();
  });

  test('stop at the first block that cannot be staged, and end the stream', async () => {
    const { place, hooked } = await opened();
    const refusing = await hooked({
      before({ url }) {
        if (new URL(url).searchParams.get('comp') === 'block') throw new RestError('no', { statusCode: 403 });
      },
    });
    let ended = false;
    let given = 0;
    const endless = async function* () {
      try {
        for (; given < 200; given++) yield bytes(1_048_576);
      } finally {
        ended = true;
      }
    };
    expect(await refusing.put('one', endless()).catch(codeOf)).toBe('unauthorized');
    expect([ended, given < 100]).toEqual([true, true]);
    expect(await place.head('one')).toBeUndefined();
  });

  test('have a few blocks on their way at a time, and read no further ahead', async () => {
    const { hooked } = await opened();
    let [staged, underWay, most, given, ahead] = [0, 0, 0, 0, 0];
    const isBlock = ({ url }: { readonly url: string }): boolean => new URL(url).searchParams.get('comp') === 'block';
    const counting = await hooked({
      before: (request) => void (isBlock(request) && (most = Math.max(most, ++underWay))),
      after: (request) => void (isBlock(request) && (underWay--, staged++)),
    });
    const quick = async function* () {
      for (; given < 8; given++) {
        ahead = Math.max(ahead, given - staged);
        yield bytes(blockBytes(0));
      }
    };
    expect((await counting.put('one', quick())).kind).toBe('written');
    expect([staged, most <= 3, ahead <= 4]).toEqual([8, true, true]);
  });

  test('take up no name while they go on: another may write it first, and under "absent"', async () => {
    const { place } = await opened();
    const failing = long(() => Promise.reject(new Error('half way')));
    await expect(place.put('one', failing)).rejects.toThrow('half way');
    expect((await place.put('one', bytes(3), { condition: 'absent' })).kind).toBe('written');
  });
});

describe('answers that got lost', () => {
  test('are asked for again, but not of a write with a condition', async () => {
    const { place, hooked } = await opened();
    let lost = 0;
    const losing = await hooked({
      after({ method }) {
        if (method === 'PUT' && lost++ === 0) throw brokenOff();
      },
    });
    expect((await losing.put('one', bytes(3))).kind).toBe('written');
    expect(lost).toBe(2);
    lost = 0;
    // It has been written: to say that it is a conflict would be wrong.
    expect(await losing.put('two', bytes(3), { condition: 'absent' }).catch(codeOf)).toBe('unavailable');
    expect((await place.head('two'))?.sizeBytes).toBe(3);
  });

  test('are no answers of a service that is too busy to do anything: such a write is asked for again, with a condition, too', async () => {
    const { place, hooked } = await opened();
    let asked = 0;
    const busy = await hooked({
      before({ method }) {
        if (method === 'PUT' && asked++ === 0) throw new RestError('busy', { statusCode: 503, code: 'ServerBusy' });
      },
    });
    expect((await busy.put('one', bytes(3), { condition: 'absent' })).kind).toBe('written');
    expect([asked, (await place.head('one'))?.sizeBytes]).toEqual([2, 3]);
  });

  test('are the only ones beside 500 and 503 that the client of Blob Storage asks again for', async () => {
    const { hooked } = await opened();
    const requests: Record<number, number> = {};
    for (const statusCode of [408, 429, 500, 502, 503, 504]) {
      let failed = 0;
      const failing = await hooked({
        before() {
          if (failed++ === 0) throw new RestError('no', { statusCode });
        },
      });
      await failing.head('one').catch(codeOf);
      requests[statusCode] = failed;
    }
    expect(requests).toEqual({ 408: 1, 429: 1, 500: 2, 502: 1, 503: 2, 504: 1 });
  });

  test('go on where a reading broke off, by the same content', async () => {
    const { place, hooked } = await opened();
    await place.put('one', bytes(300_000));
    let broken = 0;
    const breaking = await hooked({ body: (body) => (broken++ === 0 ? cut(body, 100_000) : body) });
    const found = (await breaking.get('one'))!;
    expect(Buffer.from(await bytesOf(found.body, 1e9))).toEqual(Buffer.from(bytes(300_000)));
    expect(broken).toBe(2);
  });

  test('never go on by another content', async () => {
    const { place, hooked } = await opened();
    await place.put('one', bytes(300_000));
    const breaking = await hooked({ body: (body) => cut(body, 100_000) });
    const found = (await breaking.get('one'))!;
    await place.put('one', bytes(300_000, 5));
    expect(await bytesOf(found.body, 1e9).then(() => 'read', codeOf)).toBe('unavailable');
  });

  test('harm nobody who never reads', async () => {
    const { place, hooked } = await opened();
    await place.put('one', bytes(300_000));
    const breaking = await hooked({ body: (body) => cut(body, 10) });
    const found = (await breaking.get('one'))!;
    await place.delete('one');
    await new Promise(setImmediate);
    expect(found.sizeBytes).toBe(300_000);
  });
});

/** A stream that breaks off after so many bytes. */
function cut(body: NodeJS.ReadableStream, after: number): PassThrough {
  const through = new PassThrough();
  let passed = 0;
  body.on('data', (chunk: Buffer) => {
    if (passed >= after) return;
    through.write(chunk.subarray(0, after - passed));
    passed += chunk.length;
    if (passed >= after) through.destroy(brokenOff());
  });
  return through;
}
