import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  bytesOf,
  kibibytes,
  objects,
  seconds,
  type ContractOf,
  type ListedObject,
  type ObjectCreated,
  type ObjectListOptions,
  type Objects,
  type TopicFilter,
} from '@portolan/kernel';
import type { Case } from '../suite/case.ts';
import { Inbox, type Answer } from '../suite/inbox.ts';
import type { ObjectsHarness } from './objects-harness.ts';

// Whole seconds, and few of them, since real engines wait them out.
const options = {
  retry: { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) },
  visibilityMs: seconds(10),
} as const;

export const uploads = objects('uploads', options);
export const smallUploads = objects('small-uploads', { ...options, maxObjectBytes: kibibytes(64) });

/** Longer than the longest backoff. */
export const retryMs = options.retry.capMs + seconds(1);
/** Long enough for all attempts of an event whose listener fails each time. */
export const lifeMs = options.retry.maxAttempts * retryMs;

/** What a case works with: the objects, their engine, and listeners to start when it likes. */
export interface Bench {
  readonly objects: ContractOf<typeof uploads>;
  readonly harness: ObjectsHarness;
  /** Starts to listen for created objects as the subscription of that name. */
  listen(
    subscription: string,
    options?: { readonly filter?: TopicFilter; readonly answer?: Answer<ObjectCreated> },
  ): Promise<Listener>;
}

export interface Listener {
  readonly inbox: Inbox<ObjectCreated>;
  stop(): Promise<void>;
}

export function objectsCase(title: string, run: (bench: Bench) => Promise<void>): Case<ObjectsHarness> {
  return caseOver(uploads, title, run);
}

/** A case over a place whose objects are small. */
export function caseOver(
  port: typeof uploads | typeof smallUploads,
  title: string,
  run: (bench: Bench) => Promise<void>,
): Case<ObjectsHarness> {
  return {
    title,
    async run(harness) {
      const listen: Bench['listen'] = async (subscription, { filter = {}, answer } = {}) => {
        const inbox = new Inbox<ObjectCreated>(harness, answer);
        const { stop } = await harness.consume(port, inbox.consumer, { subscription, filter });
        return { inbox, stop };
      };
      await run({ objects: await harness.open(port), harness, listen });
    },
  };
}

/** Bytes of a text in UTF-8. */
export const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

const blockBytes = 65_536;

/** Bytes of an endless content that is the same each time, from one offset up to another: no two blocks of it are alike. */
export function sample(from: number, to: number): Uint8Array {
  const part = new Uint8Array(to - from);
  for (let at = from; at < to;) {
    const block = Math.floor(at / blockBytes);
    const until = Math.min(to, (block + 1) * blockBytes);
    part.set(blockOf(block).subarray(at - block * blockBytes, until - block * blockBytes), at - from);
    at = until;
  }
  return part;
}

const blocks = new Map<number, Uint8Array>();
function blockOf(index: number): Uint8Array {
  // Those of small objects are asked for often; large ones are read through once.
  const made = blocks.get(index) ?? makeBlock(index);
  if (index < 8) blocks.set(index, made);
  return made;
}

function makeBlock(index: number): Uint8Array {
  const block = Buffer.alloc(blockBytes, createHash('sha512').update(String(index)).digest());
  for (let at = 0; at < blockBytes; at += 256) block.writeUInt32BE((index * blockBytes + at) >>> 0, at);
  return new Uint8Array(block);
}

/** The sample of a length as a stream of chunks of these sizes, over and over, each in a turn of its own. */
export async function* streamed(sizeBytes: number, chunkSizes: readonly number[] = [blockBytes]) {
  for (let at = 0, chunk = 0; at < sizeBytes; chunk++) {
    const until = Math.min(sizeBytes, at + chunkSizes[chunk % chunkSizes.length]!);
    await new Promise((resolve) => setImmediate(resolve));
    yield sample(at, until);
    at = until;
  }
}

/** The whole content of an object that must be there. */
export async function contentOf(
  place: Objects,
  key: string,
  options?: Parameters<Objects['get']>[1],
): Promise<Uint8Array> {
  const found = await place.get(key, options);
  assert.ok(found !== undefined, `there is no object ${JSON.stringify(key)}`);
  return bytesOf(found.body, 64 * 1_048_576);
}

export const textOf = async (place: Objects, key: string): Promise<string> =>
  Buffer.from(await contentOf(place, key)).toString();

/** Asserts that two contents are alike, without printing all of them. */
export function sameBytes(found: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(found.length, expected.length, `bytes of ${what}`);
  // Contents of many megabytes come through here, mostly alike: that is seen fastest without a call for each byte.
  if (Buffer.compare(found, expected) === 0) return;
  const at = found.findIndex((byte, index) => byte !== expected[index]);
  assert.fail(`${what} differs at byte ${at}: ${found[at]}, not ${expected[at]}`);
}

/** Every object of a list, page by page. */
export async function everyObject(place: Objects, options: ObjectListOptions = {}): Promise<readonly ListedObject[]> {
  const all: ListedObject[] = [];
  let cursor: string | undefined;
  for (let pages = 0; ; pages++) {
    assert.ok(pages <= 100, 'the pages of a list never end');
    const page = await place.list({ ...options, ...(cursor === undefined ? {} : { cursor }) });
    if (options.limit !== undefined) assert.ok(page.items.length <= options.limit, 'a page is longer than its limit');
    all.push(...page.items);
    if (page.cursor === undefined) return all;
    cursor = page.cursor;
  }
}

export const keysOf = async (place: Objects, options?: ObjectListOptions): Promise<readonly string[]> =>
  (await everyObject(place, options)).map(({ key }) => key);

/** Writes an object that nothing stands in the way of. @returns Its tag. */
export async function write(
  place: Objects,
  key: string,
  body: Parameters<Objects['put']>[1] | string,
  options?: Parameters<Objects['put']>[2],
): Promise<string> {
  const result = await place.put(key, typeof body === 'string' ? utf8(body) : body, options);
  assert.ok(result.kind === 'written', `a put of ${JSON.stringify(key)} was answered ${result.kind}`);
  return result.tag;
}
