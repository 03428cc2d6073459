import {
  bytesInRange,
  checkByteRange,
  checkListOptions,
  checkObjectKey,
  checkPutOptions,
  checkSignedMs,
  matchesPrefix,
  PortError,
  type ByteRange,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type ListedObject,
  type ObjectContent,
  type ObjectCopyResult,
  type ObjectCreated,
  type ObjectInfo,
  type ObjectListOptions,
  type ObjectPutOptions,
  type ObjectPutResult,
  type Objects,
  type ObjectsPort,
  type Page,
  type Receiver,
  type SignedWrite,
} from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { FindSigner } from '../clients/signers.ts';
import { portErrorOf } from '../errors/port-error-of.ts';
import type { DeadLetters } from '../queue/dead-letters.ts';
import type { Publisher } from '../queue/publisher.ts';
import { receivePush } from '../queue/pubsub-receiving.ts';
import type { PushRequest } from '../queue/push-request.ts';
import type { Bucket } from './bucket.ts';
import { createdIn } from './created-events.ts';
import { contentOf } from './object-content.ts';
import { infoOf, listedOf, type ObjectResource } from './object-resource.ts';
import { ObjectWriter } from './object-writer.ts';
import { signedUrl } from './signed-url.ts';

/** What objects are built on. */
export interface StorageParts {
  readonly bucket: Bucket;
  /** Of the bucket: `https://storage.googleapis.com`. */
  readonly origin: string;
  readonly findSigner: FindSigner;
  /** Of streams, in bytes; a multiple of 256 KiB. */
  readonly chunkBytes: number;
  readonly environment: Environment;
  readonly publisher: Publisher;
  /** Where copies of events for one subscription go. */
  readonly againTopic: (subscription: string) => string;
  readonly deadOf: (subscription: string) => DeadLetters;
}

/** How often an object may be replaced between the question what it is and the one for its content. */
const maxReplaced = 10;

/** Objects over a bucket of Cloud Storage; the tag of an object is its generation. */
export class StorageObjects implements Objects, Receiver<PushRequest, void> {
  readonly #port: ObjectsPort;
  readonly #parts: StorageParts;
  readonly #bucket: Bucket;
  readonly #writer: ObjectWriter;

  constructor(port: ObjectsPort, parts: StorageParts) {
    this.#port = port;
    this.#parts = parts;
    this.#bucket = parts.bucket;
    this.#writer = new ObjectWriter(port, parts.bucket, parts.chunkBytes, parts.environment.ids);
  }

  async get(key: string, { range }: { readonly range?: ByteRange } = {}): Promise<ObjectContent | undefined> {
    checkObjectKey(this.#port.name, key);
    if (range !== undefined) checkByteRange(this.#port.name, range);
    return this.#told('get', async () => {
      for (let replaced = 0; replaced < maxReplaced; replaced++) {
        const object = await this.#bucket.head(key);
        if (object === undefined) return undefined;
        const body = await this.#contentOf(object, range);
        if (body !== undefined) return { ...infoOf(object), body };
      }
      throw new PortError(
        'unavailable',
        `objects "${this.#port.name}": ${JSON.stringify(key)} is replaced all the time`,
      );
    });
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    checkObjectKey(this.#port.name, key);
    const object = await this.#told('head', () => this.#bucket.head(key));
    return object === undefined ? undefined : infoOf(object);
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: ObjectPutOptions = {},
  ): Promise<ObjectPutResult> {
    checkObjectKey(this.#port.name, key);
    checkPutOptions(this.#port.name, options);
    return this.#writer.put(key, body, options);
  }

  async copy(from: string, to: string): Promise<ObjectCopyResult> {
    checkObjectKey(this.#port.name, from);
    checkObjectKey(this.#port.name, to);
    return this.#told('copy', async () => {
      const copied = from === to ? await this.#bucket.head(from) : await this.#bucket.rewrite(from, to);
      return copied === undefined ? { kind: 'not-found' } : { kind: 'copied', tag: copied.generation };
    });
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(this.#port.name, key);
    await this.#told('delete', () => this.#bucket.delete(key));
  }

  async list(options: ObjectListOptions = {}): Promise<Page<ListedObject>> {
    const { prefix, limit } = checkListOptions(this.#port.name, options);
    const { cursor } = options;
    const scope = [this.#port.name, prefix];
    const token = cursor === undefined ? [] : decodeCursor(this.#subject, scope, cursor, ['string']);
    return this.#told('list', async () => {
      const { items = [], nextPageToken } = await this.#bucket.list(prefix, limit, token[0]);
      return {
        items: items.map(listedOf),
        ...(nextPageToken === undefined ? {} : { cursor: encodeCursor(scope, [nextPageToken]) }),
      };
    });
  }

  readUrl(key: string, options: { readonly expiresInMs: number }): Promise<string> {
    return this.#sign('GET', key, options.expiresInMs, {});
  }

  async writeUrl(
    key: string,
    { expiresInMs, contentType }: { readonly expiresInMs: number; readonly contentType?: string },
  ): Promise<SignedWrite> {
    checkPutOptions(this.#port.name, contentType === undefined ? {} : { contentType });
    const headers = {
      // Cloud Storage refuses what is larger, since nobody else sees it.
      'x-goog-content-length-range': `0,${this.#port.maxObjectBytes}`,
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    };
    return { method: 'PUT', url: await this.#sign('PUT', key, expiresInMs, headers), headers };
  }

  async receive(request: PushRequest, consumer: Consumer, options: ConsumeOptions): Promise<void> {
    const { environment, publisher, againTopic, deadOf } = this.#parts;
    await receivePush(request, consumer, {
      subject: this.#subject,
      retry: this.#port.retry,
      environment,
      publisher,
      againTopic: againTopic(options.subscription),
      dead: deadOf(options.subscription),
      read: createdIn,
      wants: (created) => matchesPrefix(options.filter, (created as ObjectCreated).key),
    });
  }

  /** @returns `undefined` where the object has been replaced meanwhile. */
  async #contentOf(object: ObjectResource, range: ByteRange | undefined) {
    const bytes = bytesInRange(this.#port.name, range, Number(object.size));
    const opened = await this.#bucket.open(object, range);
    if (opened === undefined) return undefined;
    return this.#toldOf(contentOf(this.#bucket, { object, ...bytes }, opened));
  }

  async #sign(
    method: 'GET' | 'PUT',
    key: string,
    expiresInMs: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<string> {
    checkObjectKey(this.#port.name, key);
    checkSignedMs(this.#port.name, expiresInMs);
    const { origin, bucket, environment, findSigner } = this.#parts;
    return this.#told('sign', async () => {
      const at = environment.clock.now();
      return signedUrl({ method, origin, bucket: bucket.name, key, headers, at, expiresInMs }, await findSigner());
    });
  }

  get #subject(): string {
    return `objects "${this.#port.name}"`;
  }

  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `${this.#subject}: ${what}`);
    }
  }

  async *#toldOf(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* content;
    } catch (error) {
      throw portErrorOf(error, `${this.#subject}: get`);
    }
  }
}
