import { objects, type Objects } from '@portolan/kernel';
import { connect } from 'node:net';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { filesBecome } from '../testing/files-become.ts';
import { LocalObjectsHarness } from '../testing/local-objects-harness.ts';

const uploads = objects('uploads', { maxObjectBytes: 100_000 });
const minute = { expiresInMs: 60_000 };
const bytes = (content: string): Uint8Array => new Uint8Array(Buffer.from(content));

let harness: LocalObjectsHarness;
let place: Objects;
beforeEach(async () => {
  harness = await LocalObjectsHarness.start();
  place = await harness.open(uploads);
});
afterEach(() => harness[Symbol.asyncDispose]());

describe('reading', () => {
  const content = 'x'.repeat(40_000) + 'y';
  let url: string;
  let tag: string;
  beforeEach(async () => {
    const result = await place.put('one', bytes(content), { contentType: 'text/html' });
    tag = result.kind === 'written' ? result.tag : '';
    url = await place.readUrl('one', minute);
  });

  test('keeps what was uploaded from being taken for a page of this origin', async () => {
    const { status, headers } = await harness.request(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'content-length': '40001',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*sandbox/),
      'cache-control': 'private, no-cache',
      'accept-ranges': 'bytes',
      etag: `"${tag}"`,
    });
    for (const part of ['script', 'worker', 'style', 'embed'])
      expect((await harness.request(url, { headers: { 'sec-fetch-dest': part } })).status).toBe(403);
    expect((await harness.request(url, { headers: { 'sec-fetch-dest': 'image' } })).status).toBe(200);
  });

  test('answers HEAD with what GET would say, and no body', async () => {
    const head = await harness.request(url, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([206, '10', 0]);
    expect((await harness.request(await place.readUrl('none', minute), { method: 'HEAD' })).status).toBe(404);
  });

  test.each([
    ['its tag', () => ({ 'if-none-match': `"other", W/"${tag}"` }), 304],
    ['any tag', () => ({ 'if-none-match': '*' }), 304],
    ['another tag', () => ({ 'if-none-match': '"other"' }), 200],
    ['the instant it was written', () => ({ 'if-modified-since': new Date(harness.now()).toUTCString() }), 304],
    ['an instant before', () => ({ 'if-modified-since': new Date(harness.now() - 1_000).toUTCString() }), 200],
    ['a part of that tag', () => ({ 'if-range': `"${tag}"`, range: 'bytes=0-1' }), 206],
    ['a part of another tag', () => ({ 'if-range': '"other"', range: 'bytes=0-1' }), 200],
  ])('a client that has %s', async (_what, headers, status) => {
    const answer = await harness.request(url, { headers: headers() });
    expect([answer.status, answer.body.length > 0]).toEqual([status, status !== 304]);
  });

  test('says how long an object is that lacks the bytes asked for', async () => {
    const { status, headers } = await harness.request(url, { headers: { range: 'bytes=40001-' } });
    expect([status, headers['content-range']]).toEqual([416, 'bytes */40001']);
  });

  test('a client that goes away half way harms nobody', async () => {
    const large = await place.put('large', new Uint8Array(100_000));
    expect(large.kind).toBe('written');
    const target = new URL(await place.readUrl('large', minute));
    const socket = connect(Number(target.port), '127.0.0.1');
    socket.write(`GET ${target.pathname}${target.search} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
    await once(socket, 'data');
    socket.destroy();
    await place.delete('large');
    expect((await harness.request(url)).status).toBe(200);
  });
});

describe('writing', () => {
  const put = (url: string, body: Uint8Array, headers: Record<string, string> = {}) =>
    harness.request(url, { method: 'PUT', body, headers });

  test('refuses what is longer than the port allows, by its length alone or while it comes', async () => {
    const { url } = await place.writeUrl('one', minute);
    expect((await put(url, new Uint8Array(100_001))).status).toBe(413);
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await put(url, new Uint8Array(100_001), chunked)).status).toBe(413);
    expect(await place.head('one')).toBeUndefined();
    const just = await put(url, new Uint8Array(100_000));
    expect([just.status, just.headers['etag']]).toEqual([200, `"${(await place.head('one'))!.tag}"`]);
  });

  test('keeps nothing of an upload that is cut off', async () => {
    const target = new URL((await place.writeUrl('one', minute)).url);
    const socket = connect(Number(target.port), '127.0.0.1');
    socket.write(`PUT ${target.pathname}${target.search} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 90000\r\n\r\n`);
    socket.write(Buffer.alloc(80_000));
    const files = join(harness.local.runtime.objectsFolder, 'harness.uploads');
    await filesBecome(files, 1);
    socket.destroy();
    await filesBecome(files, 0);
    expect((await place.list()).items).toEqual([]);
  });

  test('refuses a type that an object cannot have', async () => {
    const { url } = await place.writeUrl('one', minute);
    expect((await put(url, bytes('x'), { 'content-type': `text/${'x'.repeat(300)}` })).status).toBe(400);
  });

  test('knows no other method', async () => {
    const { url } = await place.writeUrl('one', minute);
    const { status, headers } = await harness.request(url, { method: 'DELETE' });
    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD, PUT']);
  });
});

describe('signing', () => {
  test('keeps its key for its owner alone, over restarts', async () => {
    const url = await place.readUrl('one', minute);
    const key = join(harness.local.runtime.objectsFolder, 'signing-key');
    expect(statSync(key).mode & 0o777).toBe(0o600);
    await place.put('one', bytes('x'));
    await harness.restart();
    await harness.open(uploads);
    expect((await harness.request(url)).status).toBe(200);
  });

  test('leads to no place that is not open', async () => {
    const url = await place.readUrl('one', minute);
    await place.put('one', bytes('x'));
    await harness.restart();
    expect((await harness.request(url)).status).toBe(404);
  });

  test('says that nobody could follow a URL while the platform is not served', async () => {
    harness.local.runtime.links.publicUrl = undefined;
    await expect(place.readUrl('one', minute)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each(['/_objects/', '/_objects/x', '/_objects/%zz/a?expires=1&signature=x', '/_objects/../../etc/passwd'])(
    'answers %s like any URL that was not signed',
    async (path) => {
      const base = (await place.readUrl('one', minute)).split('/_objects')[0]!;
      expect((await harness.request(`${base}${path}`)).status).toBe(403);
    },
  );

  test('leaves other paths alone', async () => {
    const base = (await place.readUrl('one', minute)).split('/_objects')[0]!;
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    socket.end('GET /console HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 404 (?![^]*content-security-policy)/);
  });
});
