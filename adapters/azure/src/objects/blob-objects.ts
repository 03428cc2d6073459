import type { ContainerListBlobFlatSegmentResponse } from '@azure/storage-blob';
import {
  checkByteRange,
  checkListOptions,
  checkObjectKey,
  checkPutOptions,
  checkSignedMs,
  matchesPrefix,
  PortError,
  type Arrival,
  type ByteRange,
  type Consumer,
  type ConsumeOptions,
  type Environment,
  type ListedObject,
  type ObjectContent,
  type ObjectCopyResult,
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
import { decodeCursor, encodeCursor, onceEach, partsOf } from '@portolan/node';
import type { Readable } from 'node:stream';
import type { BlobContainer } from '../clients/blob-clients.ts';
import { portErrorOf, statusOf } from '../errors/port-error-of.ts';
import { deliverAll, outletOf } from '../queue/deliver.ts';
import type { Mailbox } from '../queue/mailbox.ts';
import type { QueueTriggerEvent } from '../queue/trigger-event.ts';
import { blobArrivalOf } from './blob-created.ts';
import { etagOf, infoOf, tagOf, wholeSize } from './blob-info.ts';
import { blockBytes } from './blocks.ts';
import { copyBlob, copySizes, type CopySizes } from './copy-blob.ts';
import { keyOf } from './created-key.ts';
import { whereMissing } from './missing.ts';
import { writeBlob } from './write-blob.ts';

export interface BlobEngines {
  readonly container: BlobContainer;
  /** Opens the queue of a function that is called for created objects. */
  readonly mailbox: (subscription: string) => Promise<Mailbox>;
}

/** Objects over a container of Blob Storage. How it works is told at `blobObjects`. */
export class BlobObjects implements Objects, Receiver<QueueTriggerEvent, void> {
  readonly #port: ObjectsPort;
  readonly #engines: BlobEngines;
  readonly #environment: Environment;
  readonly #copySizes: CopySizes;
  readonly #mailboxes = new Map<string, Promise<Mailbox>>();

  /** @param sizes - @default what the service takes */
  constructor(port: ObjectsPort, engines: BlobEngines, environment: Environment, sizes: CopySizes = copySizes) {
    this.#port = port;
    this.#engines = engines;
    this.#environment = environment;
    this.#copySizes = sizes;
  }

  async get(key: string, { range }: { readonly range?: ByteRange } = {}): Promise<ObjectContent | undefined> {
    this.#check(key);
    if (range !== undefined) checkByteRange(this.#port.name, range);
    const { from = 0, to } = range ?? {};
    const behind = (cause?: unknown): PortError =>
      new PortError('invalid', `${this.#what}: byte ${from} is behind the end of ${JSON.stringify(key)}`, { cause });
    const found = await this.#container.steady
      .getBlobClient(key)
      .download(from, to === undefined ? undefined : to - from)
      .catch(whereMissing)
      .catch((error: unknown) => {
        throw statusOf(error) === 416 ? behind(error) : this.#errorOf(error, 'get');
      });
    if (found === undefined) return undefined;
    const source = found.readableStreamBody as Readable;
    // Whoever never reads the body shall not hear of what becomes of it, least of all as an error that nobody catches.
    source.on('error', () => {});
    const sizeBytes = wholeSize(found.contentRange, found.contentLength);
    // All of it is asked for without a range, which an empty blob has, too.
    if (range !== undefined && from >= sizeBytes) {
      source.destroy();
      throw behind();
    }
    return { ...infoOf(key, sizeBytes, found), body: this.#contentOf(source) };
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    this.#check(key);
    const asking = this.#container.steady.getBlobClient(key).getProperties();
    const found = await asking.catch(whereMissing).catch(this.#fault('head'));
    return found === undefined ? undefined : infoOf(key, found.contentLength ?? 0, found);
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: ObjectPutOptions = {},
  ): Promise<ObjectPutResult> {
    this.#check(key);
    checkPutOptions(this.#port.name, options);
    const { condition, contentType = 'application/octet-stream', metadata = {} } = options;
    const etag = typeof condition === 'object' ? etagOf(condition.tag) : undefined;
    if (typeof condition === 'object' && etag === undefined) return { kind: 'conflict' };
    const conditions =
      condition === 'absent' ? { ifNoneMatch: '*' } : etag === undefined ? {} : ({ ifMatch: etag } as const);
    const blocks = partsOf(body, { partBytes: blockBytes, check: (sizeBytes) => this.#checkSize(sizeBytes) });
    const isWhole = ({ length }: Uint8Array): boolean =>
      length < blockBytes(0) || (body instanceof Uint8Array && length === body.length);
    const write = { headers: { blobContentType: contentType }, metadata, conditions };
    return writeBlob(this.#container, key, blocks, isWhole, write, `${this.#what}: put`);
  }

  async copy(from: string, to: string): Promise<ObjectCopyResult> {
    this.#check(from);
    this.#check(to);
    return copyBlob(this.#container, [from, to], this.#now, `${this.#what}: copy`, this.#copySizes);
  }

  async delete(key: string): Promise<void> {
    this.#check(key);
    const deleting = this.#container.steady.getBlobClient(key).delete();
    await deleting.catch(whereMissing).catch(this.#fault('delete'));
  }

  async list(options: ObjectListOptions = {}): Promise<Page<ListedObject>> {
    const { prefix, limit } = checkListOptions(this.#port.name, options);
    const scope = [this.#what, prefix];
    const { cursor } = options;
    const marker = cursor === undefined ? undefined : decodeCursor(this.#what, scope, cursor, ['string'])[0];
    const pages = this.#container.steady
      .listBlobsFlat(prefix === '' ? {} : { prefix })
      .byPage({ maxPageSize: limit, ...(marker === undefined ? {} : { continuationToken: marker }) });
    const page = await pages.next().catch(this.#fault('list'));
    const { segment, continuationToken } = page.value as ContainerListBlobFlatSegmentResponse;
    const items = segment.blobItems.map(({ name, properties }) => {
      const { lastModified, contentLength = 0 } = properties;
      return { key: name, tag: tagOf(properties), sizeBytes: contentLength, modifiedAt: lastModified.getTime() };
    });
    const ends = continuationToken === undefined || continuationToken === '';
    return { items, ...(ends ? {} : { cursor: encodeCursor(scope, [continuationToken]) }) };
  }

  async readUrl(key: string, { expiresInMs }: { readonly expiresInMs: number }): Promise<string> {
    return this.#signed(key, 'r', expiresInMs);
  }

  async writeUrl(
    key: string,
    { expiresInMs, contentType }: { readonly expiresInMs: number; readonly contentType?: string },
  ): Promise<SignedWrite> {
    checkPutOptions(this.#port.name, contentType === undefined ? {} : { contentType });
    const url = await this.#signed(key, 'cw', expiresInMs);
    const typed = contentType === undefined ? {} : { 'x-ms-blob-content-type': contentType };
    return { method: 'PUT', url, headers: { 'x-ms-blob-type': 'BlockBlob', ...typed } };
  }

  /**
   * Takes a message of the queue of a function. Returning has the host delete it; throwing has it handed over again, and
   * given up in the end.
   */
  async receive(event: QueueTriggerEvent, consumer: Consumer, options: ConsumeOptions): Promise<void> {
    const arrival = await this.#arrivalOf(event, options);
    if (arrival === undefined) return;
    const outlet = outletOf(await this.#mailbox(options.subscription));
    await deliverAll([arrival], consumer, {
      retry: this.#port.retry,
      environment: this.#environment,
      outlet,
    });
  }

  /** @returns `undefined` for an event that the function does not want to hear of. */
  async #arrivalOf(event: QueueTriggerEvent, { filter }: ConsumeOptions): Promise<Arrival | undefined> {
    const found = blobArrivalOf(event, this.#now());
    if (found.kind === 'carried') return found.arrival;
    const { id, at, deliveries, tag, sizeBytes } = found;
    const key = await keyOf(found, this).catch(this.#fault('receive'));
    if (!matchesPrefix(filter, key)) return undefined;
    return { carried: { id, at, attempts: 0, message: { key, tag, sizeBytes } }, deliveries };
  }

  async #signed(key: string, right: 'r' | 'cw', expiresInMs: number): Promise<string> {
    this.#check(key);
    checkSignedMs(this.#port.name, expiresInMs);
    const now = this.#now();
    const query = await this.#container.sign(key, right, now + expiresInMs, now).catch(this.#fault('sign'));
    // The client writes a slash in a name as an escape, which is the same to the service and worse to read.
    return `${this.#container.steady.getBlobClient(key).url.replaceAll('%2F', '/')}?${query}`;
  }

  async *#contentOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      yield* source;
    } catch (error) {
      // A reading that broke off goes on only by the same ETag.
      if (statusOf(error) !== 412) throw this.#errorOf(error, 'get');
      throw new PortError('unavailable', `${this.#what}: get: replaced while it was read`, { cause: error });
    }
  }

  #mailbox(subscription: string): Promise<Mailbox> {
    return onceEach(this.#mailboxes, subscription, () => this.#engines.mailbox(subscription));
  }

  readonly #now = (): number => this.#environment.clock.now();

  get #container(): BlobContainer {
    return this.#engines.container;
  }

  get #what(): string {
    return `objects "${this.#port.name}"`;
  }

  #checkSize(sizeBytes: number): void {
    const { maxObjectBytes } = this.#port;
    if (sizeBytes <= maxObjectBytes) return;
    throw new PortError('too-large', `${this.#what}: put: an object of more than the ${maxObjectBytes} bytes that fit`);
  }

  #check(key: string): void {
    checkObjectKey(this.#port.name, key);
  }

  readonly #fault =
    (what: string) =>
    (error: unknown): never => {
      throw this.#errorOf(error, what);
    };

  #errorOf(error: unknown, what: string): PortError {
    return portErrorOf(error, `${this.#what}: ${what}`);
  }
}
