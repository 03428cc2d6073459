import { seconds } from '@portolan/kernel';
import { bytes, openUploads, uploads } from '../testing/objects-bench.ts';
import { startStorage } from '../testing/storage-engine.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const opened = () => openUploads(engine);

describe('what comes to the queue of created objects', () => {
  const event = (key: string, tag: string) => ({
    specversion: '1.0',
    id: `event of ${key}`,
    source: '/',
    type: 'Microsoft.Storage.BlobCreated',
    subject: `/blobServices/default/containers/c/blobs/${key}`,
    time: '2026-11-20T10:00:00Z',
    data: { api: 'PutBlob', eTag: tag, contentLength: 1, url: `https://acme.blob.core.windows.net/c/${key}` },
  });
  const toBase64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

  async function listening() {
    const { harness, place } = await opened();
    const told: unknown[] = [];
    const options = { subscription: 'one', filter: { prefix: ['in/'] } };
    await harness.consume(uploads, (batch) => batch.map(async ({ message }) => void told.push(message)), options);
    return { harness, place, told, queue: await harness.queueOf(uploads, 'one') };
  }

  test('is told with its key where the event has lost characters of it', async () => {
    const { harness, place, told, queue } = await listening();
    const result = await place.put('in/log💎.txt', bytes(1));
    await harness.settle();
    told.length = 0;
    const { tag } = result as { tag: string };
    await queue.sendMessage(toBase64(event('in/log\ufffd\ufffd.txt', tag)));
    await harness.settle();
    expect(told).toEqual([{ key: 'in/log💎.txt', tag, sizeBytes: 1 }]);
  });

  test('is left out where the function does not want it, whatever the subscription has let through', async () => {
    const { harness, told, queue } = await listening();
    await queue.sendMessage(toBase64(event('out/a', '0x1')));
    await queue.sendMessage(toBase64(event('IN/a', '0x1')));
    await harness.settle();
    expect(told).toEqual([]);
    expect((await queue.peekMessages()).peekedMessageItems).toEqual([]);
  });

  test('goes to the dead letters, with all that it was, where the function gives it up', async () => {
    const { harness, place } = await opened();
    const failing = () => [Promise.reject(new Error('never'))];
    await harness.consume(uploads, failing, { subscription: 'two' });
    const { tag } = (await place.put('in/a', bytes(1))) as { tag: string };
    await harness.pass(seconds(10));
    const dead = await harness.queueOf(uploads, 'two', 'deadLetters');
    const [letter] = (await dead.peekMessages()).peekedMessageItems;
    expect(JSON.parse(Buffer.from(letter!.messageText, 'base64').toString())).toMatchObject({
      dead: { attempts: 2, reason: 'Error: never' },
      m: { key: 'in/a', tag, sizeBytes: 1 },
    });
  });
});
