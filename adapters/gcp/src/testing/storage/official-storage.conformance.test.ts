import { Storage } from '@google-cloud/storage';
import { startEngine } from '@portolan/conformance/engine';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultSigner, iamSigner } from '../../clients/signers.ts';
import { signedUrl } from '../../objects/signed-url.ts';
import { askDoubles } from '../objects-harness.ts';
import { restOf } from '../table-harness.ts';

// Google's own client holds our double to the wire: what it cannot read, or reads otherwise, fails here.
const engine = await startEngine(new URL('../gcp-engine.ts', import.meta.url));
afterAll(() => engine[Symbol.asyncDispose]());

const account = await askDoubles<{ readonly client_email: string; readonly private_key: string }>(
  engine,
  'service-account',
);
// The official client, and whatever else looks for credentials here, finds a key by the environment as it does anywhere.
const folder = mkdtempSync(join(tmpdir(), 'portolan-key-'));
const keyFile = join(folder, 'key.json');
writeFileSync(keyFile, JSON.stringify(account));
process.env['GOOGLE_APPLICATION_CREDENTIALS'] = keyFile;
afterAll(() => {
  delete process.env['GOOGLE_APPLICATION_CREDENTIALS'];
  rmSync(folder, { recursive: true });
});

const origin = `http://127.0.0.1:${engine.port}`;
const clientOf = (apiEndpoint: string): Storage => new Storage({ apiEndpoint, projectId: 'official' });
const bucket = clientOf(origin).bucket('official-things');
beforeAll(() => bucket.create());

const long = Buffer.alloc(300_000, createHash('sha512').update('long').digest());

test('writes in one request and in chunks, and reads what it wrote, checksums compared', async () => {
  const simple = bucket.file('folder/simple é');
  await simple.save('hello', { resumable: false, contentType: 'text/plain', metadata: { metadata: { by: 'me' } } });
  const [metadata] = await simple.getMetadata();
  expect(metadata).toMatchObject({ size: '5', contentType: 'text/plain', metadata: { by: 'me' } });
  expect(String((await simple.download())[0])).toBe('hello');
  const chunked = bucket.file('chunked');
  await chunked.save(long, { resumable: true, chunkSize: 262_144 });
  expect(Buffer.compare((await chunked.download())[0], long)).toBe(0);
  const whole = bucket.file('whole');
  await whole.save(long, { resumable: true });
  expect(Buffer.compare((await whole.download())[0], long)).toBe(0);
  const [part] = await chunked.download({ start: 1_000, end: 1_999 });
  expect(Buffer.compare(part, long.subarray(1_000, 2_000))).toBe(0);
});

test('writes under a condition, and is refused where it is not met', async () => {
  const file = bucket.file('conditional');
  const absent = { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } };
  await file.save('first', absent);
  await expect(bucket.file('conditional').save('second', absent)).rejects.toMatchObject({ code: 412 });
  const [{ generation }] = await file.getMetadata();
  await file.save('third', { resumable: true, preconditionOpts: { ifGenerationMatch: generation! } });
  await expect(
    bucket
      .file('conditional')
      .save('fourth', { resumable: true, preconditionOpts: { ifGenerationMatch: generation! } }),
  ).rejects.toMatchObject({ code: 412 });
  expect(String((await file.download())[0])).toBe('third');
  await expect(bucket.file('conditional', { generation: generation! }).download()).rejects.toMatchObject({ code: 404 });
});

test('copies in several requests, lists page by page, and deletes', async () => {
  const large = bucket.file('list/large');
  await large.save(Buffer.alloc(9 * 1_048_576, 'x'), { resumable: false });
  await large.copy(bucket.file('list/copy'));
  for (const name of ['a', 'b', 'c']) await bucket.file(`list/${name}`).save(name, { resumable: false });
  const [files] = await bucket.getFiles({ prefix: 'list/', maxResults: 2 });
  expect(files.map(({ name }) => name)).toEqual(['list/a', 'list/b']);
  const [all] = await bucket.getFiles({ prefix: 'list/' });
  expect(all.map(({ name }) => name)).toEqual(['list/a', 'list/b', 'list/c', 'list/copy', 'list/large']);
  expect(all.find(({ name }) => name === 'list/copy')?.metadata.size).toBe(String(9 * 1_048_576));
  await large.delete();
  expect(await large.exists()).toEqual([false]);
  await expect(large.delete()).rejects.toMatchObject({ code: 404 });
});

test('has its notifications in Pub/Sub', async () => {
  const topic = 'projects/official/topics/storage';
  const pubsub = restOf(engine.port, 'v1');
  await pubsub.call({ method: 'PUT', path: topic, body: {}, repeatable: false });
  const subscription = 'projects/official/subscriptions/storage';
  await pubsub.call({ method: 'PUT', path: subscription, body: { topic }, repeatable: false });
  await bucket.createNotification(topic, { eventTypes: ['OBJECT_FINALIZE'], objectNamePrefix: 'told/' });
  await bucket.file('told/one').save('hello', { resumable: false });
  await bucket.file('other').save('hello', { resumable: false });
  const body = { maxMessages: 10, returnImmediately: true };
  const { receivedMessages } = await pubsub.call<{ receivedMessages: readonly { readonly message: unknown }[] }>({
    method: 'POST',
    path: `${subscription}:pull`,
    body,
    repeatable: true,
  });
  expect(receivedMessages).toHaveLength(1);
  expect(receivedMessages[0]?.message).toMatchObject({
    attributes: { eventType: 'OBJECT_FINALIZE', bucketId: 'official-things', objectId: 'told/one' },
  });
});

describe('signed URLs', () => {
  const key = "folder/a b+c%é?&#='!(*)~";
  const at = Math.floor(Date.now() / 1_000) * 1_000;
  const iam = restOf(engine.port, 'v1');
  const request = {
    method: 'GET',
    origin,
    bucket: 'official-things',
    key,
    headers: {},
    at,
    expiresInMs: 60_000,
  } as const;

  test('are the very ones of the official client', async () => {
    const common = { version: 'v4', accessibleAt: at, expires: at + 60_000 } as const;
    // That client leaves a port out of the host that it signs for; without one, both are alike.
    const google = { ...request, origin: 'https://storage.googleapis.com' };
    const file = clientOf(google.origin).bucket('official-things').file(key);
    const signer = await defaultSigner(iam)();
    const [read] = await file.getSignedUrl({ ...common, action: 'read' });
    expect(await signedUrl(google, signer)).toBe(read);
    const [write] = await file.getSignedUrl({
      ...common,
      action: 'write',
      contentType: 'text/plain',
      extensionHeaders: { 'x-goog-content-length-range': '0,100' },
    });
    const headers = { 'content-type': 'text/plain', 'x-goog-content-length-range': '0,100' };
    expect(await signedUrl({ ...google, method: 'PUT', headers }, signer)).toBe(write);
  });

  test('are signed by IAM as well as by a key', async () => {
    await bucket.file(key).save('hello', { resumable: false });
    const signer = iamSigner(iam, account.client_email);
    const url = await signedUrl({ ...request, at: engine.now() }, signer);
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
    expect((await fetch(`${url.slice(0, -2)}00`)).status).toBe(403);
  });
});
