import {
  keyOf,
  keysOfEdits,
  keysOfReads,
  maxTransactWrites,
  PortError,
  type Decision,
  type EditResult,
  type Environment,
  type Page,
  type PutOptions,
  type Stored,
  type Table,
  type TableEdit,
  type TablePort,
  type TableRange,
  type TableWrite,
  type TransactResult,
  type VersionIs,
  type WriteResult,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import { isDisturbed, isUnmet, type Collection } from './collection.ts';
import { contend } from './contend.ts';
import { checkExpiry, draftOf, idOf, invalidIn, type Item, type Key } from './draft.ts';
import type { Document, Write } from './firestore-wire.ts';
import { Increments } from './increments.ts';
import { readPage } from './pages.ts';
import { isDead, storedOf } from './stored.ts';
import { Writes, type Step } from './writes.ts';

/** A table over one collection of Firestore. */
export class FirestoreItems implements Table<Item, Key> {
  readonly #port: TablePort;
  readonly #collection: Collection;
  readonly #environment: Environment;
  readonly #writes: Writes;
  readonly #increments: Increments;

  constructor(port: TablePort, collection: Collection, environment: Environment) {
    this.#port = port;
    this.#collection = collection;
    this.#environment = environment;
    this.#writes = new Writes(`table "${port.name}"`, collection, environment);
    this.#increments = new Increments(port, collection, environment);
  }

  async get(key: Key): Promise<Stored<Item> | undefined> {
    const name = this.#nameOf(key);
    return this.#told('get', async () => this.#stored(await this.#collection.read(name)));
  }

  async getMany(keys: readonly Key[]): Promise<readonly (Stored<Item> | undefined)[]> {
    const names = keysOfReads(this.#port, keys).map((key) => this.#collection.nameOf(idOf(key)));
    if (names.length === 0) return [];
    return this.#told('getMany', async () => {
      const found = await this.#collection.readAll(names);
      return names.map((name) => this.#stored(found.get(name)));
    });
  }

  async put(item: Item, options: PutOptions = {}): Promise<WriteResult> {
    const step = this.#step({ put: item, ...options });
    return this.#told('put', () => this.#writes.one(step));
  }

  async delete(key: Key, options: { readonly condition?: VersionIs } = {}): Promise<WriteResult> {
    const step = this.#step({ delete: key, ...options });
    return this.#told('delete', () => this.#writes.one(step));
  }

  async update<Result>(
    key: Key,
    decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
  ): Promise<Result> {
    const name = this.#nameOf(key);
    const what = `table "${this.#port.name}": update`;
    return contend(what, this.#environment.random, async () => {
      const found = await this.#told('update', () => this.#collection.read(name));
      const current = this.#stored(found);
      const decision = decide(current);
      const write = this.#decided(name, found, decision);
      if (write === undefined || (await this.#told('update', () => this.#commits(write))))
        return { done: decision.result };
      return undefined;
    });
  }

  async increment(
    key: Key,
    by: Readonly<Record<string, number>>,
    options: { readonly expiresAt?: number } = {},
  ): Promise<Item> {
    const parts = keyOf(this.#port, key);
    checkExpiry(this.#port, options.expiresAt);
    return this.#told('increment', () =>
      this.#increments.add({ key: parts, by: { ...by }, expiresAt: options.expiresAt }),
    );
  }

  async transact(writes: readonly TableWrite<Item, Key>[]): Promise<TransactResult> {
    this.#checkTogether(writes);
    const steps = writes.map((write) => this.#step(write));
    return this.#told('transact', () => this.#writes.together(steps));
  }

  async writeMany(writes: readonly TableEdit<Item, Key>[]): Promise<readonly EditResult[]> {
    keysOfEdits(this.#port, writes);
    const steps = writes.map((write) => {
      try {
        return this.#step(write);
      } catch (error) {
        if (error instanceof PortError) return error;
        throw error;
      }
    });
    return this.#told('writeMany', () => this.#writes.each(steps));
  }

  async query(range: TableRange): Promise<Page<Stored<Item>>> {
    return this.#told('query', () =>
      readPage(this.#collection, this.#port, range, () => this.#environment.clock.now()),
    );
  }

  #decided(name: string, found: Document | undefined, decision: Decision<Item, unknown>): Write | undefined {
    const currentDocument = found === undefined ? { exists: false } : { updateTime: found.updateTime };
    if (decision.write !== undefined) {
      const { id, fields } = draftOf(this.#port, decision.write, decision.expiresAt, this.#environment.ids);
      if (this.#collection.nameOf(id) !== name) throw invalidIn(this.#port, 'update must write the key it was given');
      return { update: { name, fields }, currentDocument };
    }
    return decision.delete === true && found !== undefined ? { delete: name, currentDocument } : undefined;
  }

  /** @returns Whether nobody came between. */
  async #commits(write: Write): Promise<boolean> {
    try {
      await this.#collection.commit([write], false);
      return true;
    } catch (error) {
      if (isUnmet(error) || isDisturbed(error)) return false;
      throw error;
    }
  }

  #step(write: TableWrite<Item, Key>): Step {
    const condition = write.condition;
    if ('put' in write) {
      const { id, fields, expiresAt } = draftOf(this.#port, write.put, write.expiresAt, this.#environment.ids);
      return { name: this.#collection.nameOf(id), condition, action: { kind: 'put', fields, expiresAt } };
    }
    if ('delete' in write) return { name: this.#nameOf(write.delete), condition, action: { kind: 'delete' } };
    return { name: this.#nameOf(write.check), condition, action: { kind: 'check' } };
  }

  #checkTogether(writes: readonly TableWrite<Item, Key>[]): void {
    if (writes.length > maxTransactWrites)
      throw invalidIn(this.#port, `${writes.length} writes in one transaction; at most ${maxTransactWrites} fit`);
    const keys = writes.map((write) =>
      keyOf(this.#port, 'put' in write ? write.put : 'delete' in write ? write.delete : write.check),
    );
    if (new Set(keys.map(([partition]) => partition)).size > 1)
      throw invalidIn(this.#port, 'a transaction spans more than one partition');
    if (new Set(keys.map(([, sort]) => sort)).size < keys.length)
      throw invalidIn(this.#port, 'a transaction names a key twice');
  }

  #nameOf(key: Key): string {
    return this.#collection.nameOf(idOf(keyOf(this.#port, key)));
  }

  #stored(found: Document | undefined): Stored<Item> | undefined {
    if (found === undefined || isDead(found, this.#environment.clock.now())) return undefined;
    return storedOf(this.#port, found);
  }

  /** Does something, and tells what fails in the words of the port. */
  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `table "${this.#port.name}": ${what}`);
    }
  }
}
