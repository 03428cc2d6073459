import {
  bytesInRange,
  checkListOptions,
  checkObjectKey,
  checkPutOptions,
  checkSignedMs,
  matchesPrefix,
  PortError,
  type ByteRange,
  type Consumer,
  type ConsumeOptions,
  type Consumption,
  type Environment,
  type ListedObject,
  type ObjectCondition,
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
  type SignedWrite,
  type Source,
} from '@portolan/kernel';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Mailbox } from '../delivery/mailbox.ts';
import { Subscribers, type Inserted } from '../delivery/subscribers.ts';
import type { Engine } from '../engine/engine.ts';
import type { BlobFiles } from './blob-files.ts';
import { takeIn } from './intake.ts';
import { behindPrefix } from './key-range.ts';
import { bodyOfBytes, bodyOfFile } from './object-body.ts';
import { ObjectRows, type ObjectRow } from './object-rows.ts';
import type { SignedLinks } from './signed-links.ts';

/** What a write inside a transaction came to. */
interface Change<Result> {
  readonly result: Result;
  /** A file that nothing needs any more. */
  readonly freed?: string | undefined;
  readonly told?: readonly Inserted[];
}

export interface SqliteObjectsOptions {
  readonly engine: Engine;
  /** Of its tables in the file, and in its URLs. */
  readonly name: string;
  readonly port: ObjectsPort;
  readonly environment: Environment;
  readonly files: BlobFiles;
  readonly links: SignedLinks;
  /** Told of the mailbox of each subscription. */
  readonly show: (subscription: string, mailbox: Mailbox) => void;
}

/**
 * Objects over SQLite and files. Bytes are on the disk before the row that names them is committed, and a row changes as a
 * whole: whatever ends the process, an object is the former or the new. Whoever listens is told in the same commit.
 */
export class SqliteObjects implements Objects, Source, AsyncDisposable {
  readonly port: ObjectsPort;
  readonly #engine: Engine;
  readonly #name: string;
  readonly #environment: Environment;
  readonly #rows: ObjectRows;
  readonly #files: BlobFiles;
  readonly #links: SignedLinks;
  readonly #subscribers: Subscribers;
  #closed = false;

  constructor({ engine, name, port, environment, files, links, show }: SqliteObjectsOptions) {
    this.port = port;
    this.#engine = engine;
    this.#name = name;
    this.#environment = environment;
    this.#files = files;
    this.#links = links;
    this.#rows = new ObjectRows(engine, name);
    const { random } = environment;
    this.#subscribers = new Subscribers(engine, name, {
      subject: `objects "${port.name}"`,
      retry: port.retry,
      random,
      show,
    });
    this.#sweep();
  }

  async get(key: string, options: { readonly range?: ByteRange } = {}): Promise<ObjectContent | undefined> {
    checkObjectKey(this.port.name, key);
    // In one turn of the event loop, so that no file goes between its row and its opening.
    return this.#engine.read(() => {
      const row = this.#rows.find(key);
      if (row === undefined) return undefined;
      const { from, to } = bytesInRange(this.port.name, options.range, row.sizeBytes);
      return { ...infoOf(row), body: this.#bodyOf(row, from, to) };
    });
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    checkObjectKey(this.port.name, key);
    const row = this.#engine.read(() => this.#rows.find(key));
    return row && infoOf(row);
  }

  async put(
    key: string,
    body: Uint8Array | AsyncIterable<Uint8Array>,
    options: ObjectPutOptions = {},
  ): Promise<ObjectPutResult> {
    checkObjectKey(this.port.name, key);
    checkPutOptions(this.port.name, options);
    const { contentType = 'application/octet-stream', metadata = {}, condition } = options;
    const stored = await takeIn(body, this.#files, (sizeBytes) => this.#checkSize(sizeBytes));
    // Where the commit fails it may have happened, and its file is left for the next start to judge.
    const result = await this.#change<ObjectPutResult>(() => {
      if (!holds(condition, this.#rows.find(key))) return { result: { kind: 'conflict' } };
      const whereabouts = this.#rows.keep(stored);
      const details = { contentType, metadata: JSON.stringify(metadata) };
      return this.#create({ key, sizeBytes: stored.sizeBytes, ...details, whereabouts }, (tag) => ({
        kind: 'written',
        tag,
      }));
    });
    if (result.kind === 'conflict' && stored.kind === 'file') await this.#files.remove(stored.file);
    return result;
  }

  async copy(from: string, to: string): Promise<ObjectCopyResult> {
    checkObjectKey(this.port.name, from);
    checkObjectKey(this.port.name, to);
    return this.#change<ObjectCopyResult>(() => {
      const source = this.#rows.find(from);
      if (source === undefined) return { result: { kind: 'not-found' } };
      if (from === to) return { result: { kind: 'copied', tag: tagOf(source) } };
      return this.#create({ ...source, key: to }, (tag) => ({ kind: 'copied', tag }));
    });
  }

  async delete(key: string): Promise<void> {
    checkObjectKey(this.port.name, key);
    await this.#change(() => ({ result: undefined, freed: this.#rows.remove(key) }));
  }

  async list(options: ObjectListOptions = {}): Promise<Page<ListedObject>> {
    const { prefix, limit } = checkListOptions(this.port.name, options);
    const { cursor } = options;
    const scope = [this.#name, prefix];
    const [after] =
      cursor === undefined ? [undefined] : decodeCursor(`objects "${this.port.name}"`, scope, cursor, ['string']);
    const range = { from: after ?? prefix, after: after !== undefined, end: behindPrefix(prefix), limit: limit + 1 };
    const rows = this.#engine.read(() => this.#rows.list(range));
    const items = rows.slice(0, limit).map(listedOf);
    return { items, ...(rows.length > limit ? { cursor: encodeCursor(scope, [items.at(-1)!.key]) } : {}) };
  }

  async readUrl(key: string, { expiresInMs }: { readonly expiresInMs: number }): Promise<string> {
    checkObjectKey(this.port.name, key);
    checkSignedMs(this.port.name, expiresInMs);
    return this.#links.sign({ method: 'GET', place: this.#name, key, expiresAt: this.#now() + expiresInMs });
  }

  async writeUrl(
    key: string,
    { expiresInMs, contentType }: { readonly expiresInMs: number; readonly contentType?: string },
  ): Promise<SignedWrite> {
    const typed = contentType === undefined ? {} : { contentType };
    checkObjectKey(this.port.name, key);
    checkPutOptions(this.port.name, typed);
    checkSignedMs(this.port.name, expiresInMs);
    const expiresAt = this.#now() + expiresInMs;
    const url = this.#links.sign({ method: 'PUT', place: this.#name, key, expiresAt, ...typed });
    return { method: 'PUT', url, headers: contentType === undefined ? {} : { 'content-type': contentType } };
  }

  consume(consumer: Consumer, options: ConsumeOptions): Promise<Consumption> {
    return this.#subscribers.consume(consumer, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#links.withdraw(this.#name, this);
    this.#subscribers.abandon();
  }

  #bodyOf({ whereabouts, sizeBytes }: ObjectRow, from: number, to: number): AsyncIterable<Uint8Array> {
    if (sizeBytes === 0) return bodyOfBytes(new Uint8Array());
    if (whereabouts.kind === 'file') return bodyOfFile(this.#files.openToRead(whereabouts.file), from, to);
    return bodyOfBytes(this.#rows.contentOf(whereabouts.content).subarray(from, to));
  }

  /** Sets an object and tells whoever listens. Inside a write. */
  #create<Result>(object: Omit<ObjectRow, 'tag' | 'modifiedAt'>, resultOf: (tag: string) => Result): Change<Result> {
    const row: ObjectRow = { ...object, tag: this.#engine.sequence(), modifiedAt: this.#now() };
    const freed = this.#rows.replace(row);
    const created: ObjectCreated = { key: row.key, tag: tagOf(row), sizeBytes: row.sizeBytes };
    const letter = {
      id: this.#environment.ids.next(),
      body: JSON.stringify(created),
      trace: null,
      at: row.modifiedAt,
      notBefore: 0,
      attempts: 0,
      key: null,
    };
    const told = this.#subscribers.insert(letter, (filter) => matchesPrefix(filter, row.key));
    return { result: resultOf(created.tag), freed, told };
  }

  async #change<Result>(work: () => Change<Result>): Promise<Result> {
    // A contract that was let go must not name files which the next one may sweep away.
    if (this.#closed) throw new PortError('unavailable', `objects "${this.port.name}" is shutting down`);
    const { result } = await this.#engine.write(work, ({ freed, told = [] }) => {
      if (freed !== undefined) void this.#files.remove(freed);
      this.#subscribers.noted(told);
    });
    return result;
  }

  /** Removes files that no object needs: of writes that a crash cut off, and of objects whose files it left behind. */
  #sweep(): void {
    const names = this.#files.names();
    if (names.length === 0) return;
    // After whatever has been handed to the engine so far, by a contract of before.
    this.#engine
      .write(() => names.filter((name) => !this.#rows.needs(name)))
      .then((unneeded) => Promise.all(unneeded.map((name) => this.#files.remove(name))))
      .catch((error: unknown) =>
        this.#environment.log.warn('files of objects were not swept', { port: this.port.name, reason: String(error) }),
      );
  }

  #checkSize(sizeBytes: number): void {
    const { name, maxObjectBytes } = this.port;
    if (sizeBytes > maxObjectBytes)
      throw new PortError('too-large', `objects "${name}": more than the ${maxObjectBytes} bytes that fit`);
  }

  #now(): number {
    return this.#engine.alarm.clock.now();
  }
}

function holds(condition: ObjectCondition | undefined, standing: ObjectRow | undefined): boolean {
  if (condition === undefined) return true;
  if (condition === 'absent') return standing === undefined;
  return standing !== undefined && tagOf(standing) === condition.tag;
}

const tagOf = ({ tag }: ObjectRow): string => tag.toString(36);

function listedOf(row: ObjectRow): ListedObject {
  const { key, sizeBytes, modifiedAt } = row;
  return { key, tag: tagOf(row), sizeBytes, modifiedAt };
}

function infoOf(row: ObjectRow): ObjectInfo {
  const metadata = JSON.parse(row.metadata) as Readonly<Record<string, string>>;
  return { ...listedOf(row), contentType: row.contentType, metadata };
}
