import { bytesOf, maxSignedMs, minutes, objects, seconds, type PortError } from '@portolan/kernel';
import { BlobServiceClient } from '@azure/storage-blob';
import { requestOver } from '@portolan/conformance/engine';
import { blobClients } from '../clients/blob-clients.ts';
import { hookedHttpClient, type Hooks } from '../testing/hooked-http-client.ts';
import { identity } from '../testing/identity.ts';
import { bytes, openUploads, uploads } from '../testing/objects-bench.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { blockBytes } from './blocks.ts';
import { blobCorsProperties } from './resources.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

const codeOf = (error: unknown): string => (error as PortError).code;
const opened = () => openUploads(engine);

describe('the identity of the process', () => {
  async function byIdentity() {
    const { harness, place } = await opened();
    const endpoint = /BlobEndpoint=http(:[^;]+)/.exec(engine.env['AzureWebJobsStorage']!)![1]!;
    let keys = 0;
    const before: Hooks['before'] = ({ url }) => {
      if (url.includes('comp=userdelegationkey')) keys++;
    };
    const clients = blobClients({
      env: { AzureWebJobsStorage__blobServiceUri: `https${endpoint}` },
      credential: identity(() => engine.now()),
      pipeline: { httpClient: hookedHttpClient({ before }) },
    });
    return { harness, place, own: await harness.openWith(uploads, clients), keys: () => keys };
  }

  test('reads, writes and copies', async () => {
    const { own, place } = await byIdentity();
    expect((await own.put('one', bytes(10))).kind).toBe('written');
    expect((await own.put('large', bytes(blockBytes(0) + 1))).kind).toBe('written');
    expect((await own.copy('one', 'two')).kind).toBe('copied');
    expect((await own.list()).items.map(({ key }) => key)).toEqual(['large', 'one', 'two']);
    await own.delete('one');
    expect(await place.head('one')).toBeUndefined();
  });

  test('signs URLs by a key that it asks for once, for HTTPS alone', async () => {
    const { own, harness, keys } = await byIdentity();
    const signed = await own.writeUrl('a b/%20', { expiresInMs: minutes(1), contentType: 'image/png' });
    const url = await own.readUrl('a b/%20', { expiresInMs: minutes(1) });
    const put = { method: 'PUT', headers: signed.headers, body: bytes(10) } as const;
    expect((await harness.request(signed.url, put)).status).toBe(201);
    const read = await harness.request(url);
    expect([read.status, read.headers['content-type'], Buffer.from(read.body)]).toEqual([
      200,
      'image/png',
      Buffer.from(bytes(10)),
    ]);
    for (const plain of [url, signed.url].map((one) => one.replace(/^https:/, 'http:')))
      expect((await harness.request(plain)).status).toBe(403);
    expect((await harness.request(signed.url)).status).toBe(403);
    expect((await harness.request(url.replace('%2520', 'other'))).status).toBe(403);
    expect(keys()).toBe(1);
    await harness.pass(minutes(1) + seconds(2));
    expect((await harness.request(url)).status).toBe(403);
  });

  test('signs for as long as was asked for, also where it has had the key for an hour', async () => {
    const { own, harness, keys } = await byIdentity();
    await own.put('one', bytes(10));
    await own.readUrl('one', { expiresInMs: minutes(1) });
    await harness.pass(minutes(59));
    const url = await own.readUrl('one', { expiresInMs: maxSignedMs });
    await harness.pass(maxSignedMs - minutes(1));
    expect((await harness.request(url)).status).toBe(200);
    await harness.pass(minutes(2));
    expect((await harness.request(url)).status).toBe(403);
    expect(keys()).toBe(1);
  });
});

test('lets pages of the origins that are allowed use signed URLs, and no others', async () => {
  const { place } = await opened();
  const service = BlobServiceClient.fromConnectionString(engine.env['AzureWebJobsStorage']!);
  const allow = async (...origins: readonly string[]) => {
    const cors = blobCorsProperties(origins).cors.corsRules.map((rule) => ({
      ...rule,
      allowedOrigins: rule.allowedOrigins.join(),
      allowedMethods: rule.allowedMethods.join(),
      allowedHeaders: rule.allowedHeaders.join(),
      exposedHeaders: rule.exposedHeaders.join(),
    }));
    await service.setProperties({ cors });
  };
  await allow('https://app.example.com');
  const { url, headers } = await place.writeUrl('one', { expiresInMs: minutes(1), contentType: 'image/png' });
  const { port, pathname, search } = new URL(url);
  const preflight = (origin: string) =>
    requestOver(Number(port), {
      method: 'OPTIONS',
      target: `${pathname}${search}`,
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': Object.keys(headers).join(),
      },
    });
  const allowed = await preflight('https://app.example.com');
  expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, 'https://app.example.com']);
  expect((await preflight('https://other.example.com')).status).toBe(403);
  await allow();
  expect((await preflight('https://app.example.com')).status).toBe(403);
});

test('signs nothing by a connection that has a signature itself instead of a key', async () => {
  const { harness } = await opened();
  const endpoint = /BlobEndpoint=([^;]+)/.exec(engine.env['AzureWebJobsStorage']!)![1]!;
  const clients = blobClients({ env: { AzureWebJobsStorage: `BlobEndpoint=${endpoint};SharedAccessSignature=sig=x` } });
  const own = await harness.openWith(uploads, clients);
  expect(await own.readUrl('one', { expiresInMs: minutes(1) }).catch(codeOf)).toBe('unsupported');
});

test('tells errors of the service by their codes', async () => {
  const { harness } = await opened();
  const env = { ...engine.env };
  const headBy = async (connection: string): Promise<unknown> => {
    const own = await harness.openWith(uploads, blobClients({ env: { AzureWebJobsStorage: connection } }));
    return own.head('one').catch(codeOf);
  };
  const stated = env['AzureWebJobsStorage']!;
  expect(await headBy(stated)).toBeUndefined();
  expect(await headBy(stated.replace('AccountKey=Eby8', 'AccountKey=XXXX'))).toBe('unauthorized');
  expect(await headBy(stated.replace(/(BlobEndpoint=http:\/\/127\.0\.0\.1:)\d+/, '$11'))).toBe('unavailable');
  const missing = await harness.openWith(objects('never-made'), harness.clients);
  for (const ask of [
    () => missing.get('one'),
    () => missing.head('one'),
    () => missing.list(),
    () => missing.delete('one'),
  ])
    expect(await ask().catch(codeOf)).toBe('not-found');
  expect(await missing.put('one', bytes(1)).catch(codeOf)).toBe('not-found');
});

test('keeps what it writes readable by others: names are keys, metadata is metadata', async () => {
  const { harness, place } = await opened();
  await place.put('in/a b.txt', Buffer.from('hello'), { contentType: 'text/plain', metadata: { by: 'me' } });
  const blob = (await harness.container(uploads)).steady.getBlobClient('in/a b.txt');
  expect(await blob.getProperties()).toMatchObject({ contentType: 'text/plain', metadata: { by: 'me' } });
  const found = (await place.get('in/a b.txt'))!;
  expect(Buffer.from(await bytesOf(found.body, 100)).toString()).toBe('hello');
});
