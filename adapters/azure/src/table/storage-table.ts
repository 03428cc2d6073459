import {
  keyOf,
  keysOfEdits,
  keysOfReads,
  maxTransactWrites,
  PortError,
  sideBySide,
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
import { Counters } from './counters.ts';
import { intentOf, intentOrError, invalidIn, type Item } from './drafts.ts';
import { addressOf, isLive, jsonOf, placeText, slotOf, type Address, type Raw, type Slot } from './entity.ts';
import type { EntityStore } from './entity-store.ts';
import { IndexRows, leadsHere, width } from './index-rows.ts';
import { KnownSlots } from './known-slots.ts';
import { bytesOf, maxGroupBytes, writeEach, written } from './many-writes.ts';
import { readingOf, readPage } from './pages.ts';
import type { Intent, Row } from './steps.ts';
import { sweepTable } from './sweep.ts';
import { Turns } from './turns.ts';
import { Writer } from './writer.ts';

/** A table over Azure Table Storage. How it lies there is told at `tableStorageTable`. */
export class StorageTable implements Table<Item, Item> {
  readonly #port: TablePort;
  readonly #store: EntityStore;
  readonly #rows: IndexRows;
  readonly #environment: Environment;
  readonly #known = new KnownSlots();
  readonly #turns = new Turns();
  readonly #writer: Writer;
  readonly #counters: Counters;

  /** @param indexes - The store of each index's rows. */
  constructor(
    port: TablePort,
    store: EntityStore,
    indexes: Readonly<Record<string, EntityStore>>,
    environment: Environment,
  ) {
    this.#port = port;
    this.#store = store;
    this.#environment = environment;
    this.#rows = new IndexRows(indexes, environment.log);
    this.#writer = new Writer(port.name, store, this.#rows, this.#known, environment);
    this.#counters = new Counters(port, (key, decide) => this.update(key, decide));
  }

  async get(key: Item): Promise<Stored<Item> | undefined> {
    return this.#readItem(addressOf(keyOf(this.#port, key)));
  }

  async getMany(keys: readonly Item[]): Promise<readonly (Stored<Item> | undefined)[]> {
    const addresses = keysOfReads(this.#port, keys).map(addressOf);
    const reads = new Map<string, Promise<Raw | undefined>>();
    return sideBySide(addresses, 2 * width, async (address) => {
      const place = placeText(address);
      const read = reads.get(place) ?? this.#store.read(address);
      reads.set(place, read);
      const raw = await read;
      return raw && this.#storedOf(raw);
    });
  }

  async put(item: Item, options: PutOptions = {}): Promise<WriteResult> {
    return this.#edit({ put: item, ...options });
  }

  async delete(key: Item, options: { readonly condition?: VersionIs } = {}): Promise<WriteResult> {
    return this.#edit({ delete: key, ...options });
  }

  async #edit(edit: TableEdit<Item, Item>): Promise<WriteResult> {
    const intent = intentOf(this.#port, edit, this.#environment.ids.next());
    const { kind } = await this.#writer.commit([intent], false);
    return kind === 'conflict' ? { kind } : written(intent);
  }

  async update<Result>(
    key: Item,
    decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
  ): Promise<Result> {
    const address = addressOf(keyOf(this.#port, key));
    return this.#turns.take(placeText(address), () => this.#updateInTurn(key, address, decide));
  }

  async #updateInTurn<Result>(
    key: Item,
    address: Address,
    decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
  ): Promise<Result> {
    const added: Row[] = [];
    let before: { readonly version: string; readonly result: Result } | undefined;
    for (let round = 1; ; round++) {
      const raw = await this.#store.read(address);
      const slot = raw && slotOf(raw, this.#port.name);
      // The answer to the attempt before was lost on its way, as the client repeats requests by itself.
      if (before !== undefined && slot?.version === before.version) return before.result;
      await this.#writer.withdraw(added.splice(0), [slot]);
      const { write, delete: remove, expiresAt, result } = decide(raw && this.#storedOf(raw, slot!, address));
      if (write === undefined && remove !== true) return result;
      const version = this.#environment.ids.next();
      const asked =
        write === undefined ? { delete: key } : { put: write, ...(expiresAt === undefined ? {} : { expiresAt }) };
      const intent = intentOf(this.#port, asked, version);
      if (placeText(intent.address) !== placeText(address))
        throw invalidIn(this.#port, 'update must write the key it was given');
      if (await this.#writer.attempt([intent], [slot], false, added)) return result;
      before = { version, result };
      await this.#writer.pause(round);
    }
  }

  async increment(
    key: Item,
    by: Readonly<Record<string, number>>,
    options: { readonly expiresAt?: number } = {},
  ): Promise<Item> {
    const place = placeText(addressOf(keyOf(this.#port, key)));
    return this.#counters.add(place, key, { ...by }, options.expiresAt);
  }

  async transact(writes: readonly TableWrite<Item, Item>[]): Promise<TransactResult> {
    if (writes.length > maxTransactWrites)
      throw invalidIn(this.#port, `${writes.length} writes in one transaction; at most ${maxTransactWrites} fit`);
    const intents = writes.map((write) => intentOf(this.#port, write, this.#environment.ids.next()));
    if (new Set(intents.map(({ address }) => placeText(address))).size !== intents.length)
      throw invalidIn(this.#port, 'a transaction names a key twice');
    if (new Set(intents.map(({ address }) => address.partitionKey)).size > 1)
      throw invalidIn(this.#port, 'a transaction spans more than one partition');
    const sizeBytes = intents.reduce((sum, intent) => sum + bytesOf(intent), 0);
    if (sizeBytes > maxGroupBytes)
      throw new PortError(
        'too-large',
        `table "${this.#port.name}": a transaction has ${sizeBytes} bytes; at most ${maxGroupBytes} fit`,
      );
    return intents.length === 0 ? { kind: 'written' } : this.#writer.commit(intents, true);
  }

  async writeMany(edits: readonly TableEdit<Item, Item>[]): Promise<readonly EditResult[]> {
    keysOfEdits(this.#port, edits);
    const asked = edits.map((edit) => intentOrError(this.#port, edit, this.#environment.ids.next()));
    const intents = asked.filter((intent): intent is Intent => !(intent instanceof PortError));
    const results = (await writeEach(this.#writer, intents)).values();
    return asked.map((intent) =>
      intent instanceof PortError ? { kind: 'failed', error: intent } : results.next().value!,
    );
  }

  async query(range: TableRange): Promise<Page<Stored<Item>>> {
    const reading = readingOf(this.#port, range);
    const { index } = range;
    if (index === undefined)
      return readPage(this.#store, reading, async (entities) => entities.map((raw) => this.#storedOf(raw)));
    return readPage(this.#rows.store(index), reading, (rows) =>
      sideBySide(rows, 2 * width, (row) => this.#behindRow(index, row)),
    );
  }

  /**
   * Reclaims what nobody sees any more: items that have expired, and index rows that lead nowhere.
   *
   * @param at - Milliseconds since 1970.
   */
  async sweep(at: number): Promise<void> {
    await sweepTable({ name: this.#port.name, store: this.#store, rows: this.#rows }, at);
  }

  async #readItem(address: Address): Promise<Stored<Item> | undefined> {
    const raw = await this.#store.read(address);
    return raw && this.#storedOf(raw, slotOf(raw, this.#port.name), address);
  }

  /** The item that an index row leads to, as it stands; `undefined` where it does not lead there any more. */
  async #behindRow(index: string, row: Raw): Promise<Stored<Item> | undefined> {
    const item = { partitionKey: row['itemPartition'] as string, rowKey: row['itemRow'] as string };
    const raw = await this.#store.read(item);
    const slot = raw && slotOf(raw, this.#port.name);
    const address = { partitionKey: row['partitionKey'] as string, rowKey: row['rowKey'] as string };
    return slot !== undefined && leadsHere(slot.places, { index, address }) ? this.#storedOf(raw!, slot) : undefined;
  }

  #storedOf(
    raw: Raw,
    slot: Slot = slotOf(raw, this.#port.name),
    address: Address = { partitionKey: raw['partitionKey'] as string, rowKey: raw['rowKey'] as string },
  ): Stored<Item> | undefined {
    if (!isLive(slot, this.#environment.clock.now())) return undefined;
    this.#known.remember(address, slot);
    const { version, expiresAt } = slot;
    return { item: JSON.parse(jsonOf(raw)) as Item, version, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }
}
