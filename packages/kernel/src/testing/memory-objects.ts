import type { ConsumeOptions, Consumer, Consumption, Source } from '../embedded.ts';
import { bytesInRange, checkObjectKey, checkSignedMs } from '../object-keys.ts';
import {
  bytesOf,
  matchesPrefix,
  type ByteRange,
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
  type SignedWrite,
} from '../objects.ts';
import type { Page } from '../table.ts';
import type { TopicFilter } from '../topic.ts';
import { Mailbox } from './mailbox.ts';
import { ObjectsState, type HeldObject } from './objects-state.ts';
import { SignedLinks, type LinkRequest, type LinkResponse } from './signed-links.ts';
import type { World } from './world.ts';

/** Bytes that one step of reading an object gives: something may happen between any two. */
const chunkBytes = 65_536;

/** Objects in memory. A stream is stored step by step, and stands only when all of it is there. */
export class MemoryObjects implements Objects, Source {
  readonly #port: ObjectsPort;
  readonly #world: World;
  readonly #state: ObjectsState;
  readonly #links: SignedLinks;
  readonly #subscriptions = new Map<string, { filter: TopicFilter; readonly mailbox: Mailbox }>();
  #writes = 0;

  constructor(port: ObjectsPort, world: World) {
    this.#port = port;
    this.#world = world;
    this.#state = new ObjectsState(port);
    this.#links = new SignedLinks(port.name, world);
  }

  get(key: string, options: { readonly range?: ByteRange } = {}): Promise<ObjectContent | undefined> {
    return this.#world.perform(() => {
      const held = this.#state.get(key);
      if (held === undefined) return undefined;
      const { from, to } = bytesInRange(this.#port.name, options.range, held.sizeBytes);
      return { ...this.#state.head(key)!, body: this.#read(held.content, from, to) };
    });
  }

  head(key: string): Promise<ObjectInfo | undefined> {
    return this.#world.perform(() => this.#state.head(key));
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: ObjectPutOptions = {},
  ): Promise<ObjectPutResult> {
    if (body instanceof Uint8Array) return this.#world.perform(() => this.#put(key, copyOf(body), options));
    const content = await bytesOf(this.#received(key, body, options), Infinity);
    return this.#world.perform(() => this.#put(key, content, options));
  }

  copy(from: string, to: string): Promise<ObjectCopyResult> {
    return this.#world.perform(() => {
      const tag = this.#nextTag();
      const result = this.#state.copy(from, to, { tag, now: this.#world.now() });
      if (result.kind === 'copied' && result.tag === tag) this.#announce(this.#state.get(to)!);
      return result;
    });
  }

  delete(key: string): Promise<void> {
    return this.#world.perform(() => this.#state.delete(key));
  }

  list(options?: ObjectListOptions): Promise<Page<ListedObject>> {
    return this.#world.perform(() => this.#state.list(options));
  }

  readUrl(key: string, { expiresInMs }: { readonly expiresInMs: number }): Promise<string> {
    return this.#world.perform(() => {
      checkObjectKey(this.#port.name, key);
      checkSignedMs(this.#port.name, expiresInMs);
      return this.#links.sign({ method: 'GET', key, expiresAt: this.#world.now() + expiresInMs });
    });
  }

  writeUrl(
    key: string,
    { expiresInMs, contentType }: { readonly expiresInMs: number; readonly contentType?: string },
  ): Promise<SignedWrite> {
    return this.#world.perform(() => {
      const options = contentType === undefined ? {} : { contentType };
      this.#state.check(key, 0, options);
      checkSignedMs(this.#port.name, expiresInMs);
      const url = this.#links.sign({ method: 'PUT', key, expiresAt: this.#world.now() + expiresInMs, ...options });
      return { method: 'PUT', url, headers: contentType === undefined ? {} : { 'content-type': contentType } };
    });
  }

  async consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    const known = this.#subscriptions.get(options.subscription);
    const subscription = known ?? { filter: options.filter, mailbox: new Mailbox(this.#world, this.#port.retry) };
    subscription.filter = options.filter;
    this.#subscriptions.set(options.subscription, subscription);
    return subscription.mailbox.consume(consumer, options);
  }

  /** Answers a request on a signed URL; `undefined` where the URL is not of this place. */
  answer(request: LinkRequest): LinkResponse | undefined {
    return this.#links.answer(request, {
      get: (key) => this.#state.get(key),
      put: (key, content, contentType) => void this.#put(key, copyOf(content), { contentType }),
      maxObjectBytes: this.#port.maxObjectBytes,
    });
  }

  crash(): void {
    for (const { mailbox } of this.#subscriptions.values()) mailbox.crash();
  }

  async *#read(content: Uint8Array, from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at < to; at += chunkBytes)
      yield await this.#world.perform(() => content.slice(at, Math.min(at + chunkBytes, to)));
  }

  #put(key: string, content: Uint8Array, options: ObjectPutOptions): ObjectPutResult {
    const result = this.#state.put(key, content, options, { tag: this.#nextTag(), now: this.#world.now() });
    if (result.kind === 'written') this.#announce(this.#state.get(key)!);
    return result;
  }

  #announce({ key, tag, sizeBytes }: HeldObject): void {
    const created: ObjectCreated = { key, tag, sizeBytes };
    const now = this.#world.now();
    for (const { filter, mailbox } of this.#subscriptions.values()) {
      if (!matchesPrefix(filter, key)) continue;
      const id = this.#world.environment.ids.next();
      mailbox.add({ id, json: JSON.stringify(created), at: now, visibleAt: now, trace: undefined });
    }
  }

  /** A stream chunk by chunk, each in a step of its own and held against what may be put. */
  async *#received(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: ObjectPutOptions,
  ): AsyncGenerator<Uint8Array> {
    await this.#world.perform(() => this.#state.check(key, 0, options));
    let sizeBytes = 0;
    for await (const chunk of body) {
      yield await this.#world.perform(() => {
        this.#state.check(key, (sizeBytes += chunk.length), options);
        return copyOf(chunk);
      });
    }
  }

  #nextTag(): string {
    return `"${++this.#writes}"`;
  }
}

// A Buffer's slice would be the caller's own bytes.
const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes);
