import assert from 'node:assert/strict';
import { hours } from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { refuses } from '../suite/expect.ts';
import { keysOf, objectsCase, sameBytes, sample, textOf, utf8, write } from './bench.ts';
import type { ObjectsHarness } from './objects-harness.ts';

const minute = { expiresInMs: 60_000 };
type Response = Awaited<ReturnType<ObjectsHarness['request']>>;

function refused({ status }: Response, what: string): void {
  assert.ok(status >= 400 && status < 500, `${what} was answered ${status}`);
}

function accepted({ status, body }: Response): void {
  assert.ok(status >= 200 && status < 300, `a signed PUT was answered ${status}: ${Buffer.from(body).toString()}`);
}

/** The URL with each of its parameters changed in turn, and with each left out. */
function* tampered(url: string): Iterable<readonly [what: string, url: string]> {
  for (const name of new Set(new URL(url).searchParams.keys())) {
    const changed = new URL(url);
    const value = changed.searchParams.get(name)!;
    // The last letter of a Base64 text may have bits that count for nothing.
    changed.searchParams.set(name, `${value.startsWith('1') ? '2' : '1'}${value.slice(1)}`);
    yield [`a URL with another ${name}`, changed.href];
    const without = new URL(url);
    without.searchParams.delete(name);
    yield [`a URL without ${name}`, without.href];
  }
}

const readCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('reads by a signed URL, all of it and ranges, as often as wanted', async ({ objects, harness }) => {
    await write(objects, 'folder/one', sample(0, 100_000), { contentType: 'image/png' });
    const url = await objects.readUrl('folder/one', minute);
    for (let time = 0; time < 2; time++) {
      const whole = await harness.request(url);
      assert.equal(whole.status, 200);
      assert.equal(whole.headers['content-type'], 'image/png');
      sameBytes(whole.body, sample(0, 100_000), 'the body');
    }
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=99000-', 99_000, 100_000],
      ['bytes=70000-70009', 70_000, 70_010],
      ['bytes=99990-200000', 99_990, 100_000],
    ] as const) {
      const part = await harness.request(url, { headers: { range } });
      assert.equal(part.status, 206, range);
      assert.equal(part.headers['content-range'], `bytes ${from}-${to - 1}/100000`);
      sameBytes(part.body, sample(from, to), range);
    }
    assert.equal((await harness.request(url, { headers: { range: 'bytes=100000-' } })).status, 416);
  }),
  objectsCase('signs for what is not there yet, and shows what stands by then', async ({ objects, harness }) => {
    const url = await objects.readUrl('one', minute);
    assert.equal((await harness.request(url)).status, 404);
    await write(objects, 'one', 'first');
    assert.equal(Buffer.from((await harness.request(url)).body).toString(), 'first');
    await write(objects, 'one', 'second');
    assert.equal(Buffer.from((await harness.request(url)).body).toString(), 'second');
    await objects.delete('one');
    assert.equal((await harness.request(url)).status, 404);
  }),
  objectsCase('does nothing but read by a URL to read', async ({ objects, harness }) => {
    await write(objects, 'one', 'stays');
    const url = await objects.readUrl('one', minute);
    refused(await harness.request(url, { method: 'PUT', body: utf8('changed') }), 'a PUT');
    refused(await harness.request(url, { method: 'DELETE' }), 'a DELETE');
    assert.equal(await textOf(objects, 'one'), 'stays');
  }),
  objectsCase('reads no other object by a signed URL', async ({ objects, harness }) => {
    await write(objects, 'mine/first', 'mine');
    await write(objects, 'mine/other', 'not mine');
    await write(objects, 'mine', 'nor this');
    const url = await objects.readUrl('mine/first', minute);
    assert.ok(url.includes('/mine/first'), `the URL has the key as its path: ${url}`);
    for (const other of ['/mine/other', '/mine', '/mine/first/../other', '/mine/%2e%2e/mine/other', '/mine/firs%74x'])
      refused(await harness.request(url.replace('/mine/first', other)), `a URL to ${other}`);
  }),
  objectsCase('reads by no URL that was tampered with', async ({ objects, harness }) => {
    await write(objects, 'one', 'secret');
    const url = await objects.readUrl('one', minute);
    for (const [what, changed] of tampered(url)) refused(await harness.request(changed), what);
    refused(await harness.request(url.split('?')[0]!), 'a URL without a signature');
    assert.equal((await harness.request(url)).status, 200);
  }),
  objectsCase('reads by a signed URL until it expires, and not after', async ({ objects, harness }) => {
    await write(objects, 'one', 'x');
    const url = await objects.readUrl('one', { expiresInMs: 5_000 });
    const long = await objects.readUrl('one', { expiresInMs: hours(12) });
    assert.equal((await harness.request(url)).status, 200);
    await harness.pass(2_000);
    assert.equal((await harness.request(url)).status, 200);
    // Some clouds count in whole seconds.
    await harness.pass(4_100);
    refused(await harness.request(url), 'a URL that has expired');
    assert.equal((await harness.request(long)).status, 200);
  }),
];

const writeCases: readonly Case<ObjectsHarness>[] = [
  objectsCase('writes by a signed URL, once or often, with its type', async ({ objects, harness }) => {
    const signed = await objects.writeUrl('folder/one', { ...minute, contentType: 'image/png' });
    assert.equal(signed.method, 'PUT');
    for (const content of [sample(0, 100_000), utf8('short'), new Uint8Array()]) {
      accepted(await harness.request(signed.url, { method: 'PUT', headers: signed.headers, body: content }));
      const found = await objects.get('folder/one');
      assert.equal(found?.contentType, 'image/png');
      const chunks: Uint8Array[] = [];
      for await (const chunk of found.body) chunks.push(chunk);
      sameBytes(new Uint8Array(Buffer.concat(chunks)), content, 'what was put');
    }
  }),
  objectsCase('keeps what a signed URL wrote like any object', async ({ objects, harness }) => {
    const before = await write(objects, 'one', 'before', { metadata: { by: 'me' }, contentType: 'text/plain' });
    const signed = await objects.writeUrl('one', minute);
    accepted(await harness.request(signed.url, { method: 'PUT', headers: signed.headers, body: utf8('after') }));
    const info = (await objects.head('one'))!;
    assert.deepEqual([info.sizeBytes, info.metadata, info.contentType], [5, {}, 'application/octet-stream']);
    assert.notEqual(info.tag, before);
    assert.deepEqual(await objects.put('one', utf8('x'), { condition: { tag: before } }), { kind: 'conflict' });
    await write(objects, 'one', 'last', { condition: { tag: info.tag } });
    const read = await harness.request(await objects.readUrl('one', minute));
    assert.equal(Buffer.from(read.body).toString(), 'last');
  }),
  objectsCase('refuses a signed write of another type than was signed for', async ({ objects, harness }) => {
    const { url, headers } = await objects.writeUrl('one', { ...minute, contentType: 'image/png' });
    const page = { ...headers, 'content-type': 'text/html' };
    refused(await harness.request(url, { method: 'PUT', headers: page, body: utf8('<script>') }), 'another type');
    assert.equal(await objects.head('one'), undefined);
  }),
  objectsCase('neither reads nor removes by a URL to write', async ({ objects, harness }) => {
    await write(objects, 'one', 'secret');
    const { url, headers } = await objects.writeUrl('one', minute);
    refused(await harness.request(url), 'a GET');
    refused(await harness.request(url, { method: 'DELETE', headers }), 'a DELETE');
    assert.equal(await textOf(objects, 'one'), 'secret');
  }),
  objectsCase('writes no other object by a signed URL', async ({ objects, harness }) => {
    const { url, headers } = await objects.writeUrl('mine/first', minute);
    assert.ok(url.includes('/mine/first'), `the URL has the key as its path: ${url}`);
    for (const other of ['/mine/other', '/mine', '/mine/first/../other', '/mine/first/x']) {
      const changed = url.replace('/mine/first', other);
      refused(await harness.request(changed, { method: 'PUT', headers, body: utf8('x') }), `a PUT to ${other}`);
    }
    assert.deepEqual(await keysOf(objects), []);
  }),
  objectsCase('writes by no URL that was tampered with', async ({ objects, harness }) => {
    const { url, headers } = await objects.writeUrl('one', minute);
    for (const [what, changed] of tampered(url))
      refused(await harness.request(changed, { method: 'PUT', headers, body: utf8('x') }), what);
    assert.deepEqual(await keysOf(objects), []);
  }),
  objectsCase('writes by a signed URL until it expires, and not after', async ({ objects, harness }) => {
    const { url, headers } = await objects.writeUrl('one', { expiresInMs: 3_000 });
    accepted(await harness.request(url, { method: 'PUT', headers, body: utf8('in time') }));
    await harness.pass(4_100);
    refused(await harness.request(url, { method: 'PUT', headers, body: utf8('late') }), 'a URL that has expired');
    assert.equal(await textOf(objects, 'one'), 'in time');
  }),
  objectsCase('signs for keys with any signs', async ({ objects, harness }) => {
    for (const key of ["a b+c/%20é?&#=;'", '\u{1f680}/~(*)!', '%2e%2e/%2F']) {
      const { url, headers } = await objects.writeUrl(key, minute);
      accepted(await harness.request(url, { method: 'PUT', headers, body: utf8(key) }));
      assert.equal(await textOf(objects, key), key);
      const read = await harness.request(await objects.readUrl(key, minute));
      assert.equal(Buffer.from(read.body).toString(), key);
    }
  }),
  objectsCase('refuses to sign for less than a second or more than twelve hours', async ({ objects }) => {
    for (const expiresInMs of [0, -1, 999, hours(12) + 1, 1_000.5, NaN, Infinity]) {
      await refuses('invalid', () => objects.readUrl('one', { expiresInMs }), `readUrl for ${expiresInMs} ms`);
      await refuses('invalid', () => objects.writeUrl('one', { expiresInMs }), `writeUrl for ${expiresInMs} ms`);
    }
    const broken = { ...minute, contentType: 'text/é' };
    await refuses('invalid', () => objects.writeUrl('one', broken), 'writeUrl with a malformed type');
  }),
];

/** Signed URLs: what whoever holds one can do, and what not. */
export const linkCases: readonly Case<ObjectsHarness>[] = [...readCases, ...writeCases];
