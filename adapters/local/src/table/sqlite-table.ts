import {
  keysOfEdits,
  keysOfReads,
  maxTransactWrites,
  PortError,
  type Condition,
  type Decision,
  type EditResult,
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
import type { Engine } from '../engine/engine.ts';
import { Reclaimer } from '../engine/reclaim.ts';
import { draftOf, invalidIn, placeOf, placeOfKey, type Draft, type Place } from './draft.ts';
import { addAll, type Increment } from './increments.ts';
import { JointWrites } from './joint-writes.ts';
import type { Head } from './heads.ts';
import { fieldValues, layOutTable, type TableLayout } from './layout.ts';
import { readPage } from './pages.ts';
import { Rows, type StoredRow } from './rows.ts';

type Item = Record<string, unknown>;
type Key = Readonly<Record<string, string>>;

/** A table over SQLite. Every decision is made inside the commit that writes it, so that none is ever made twice. */
export class SqliteTable implements Table<Item, Key>, AsyncDisposable {
  readonly #engine: Engine;
  readonly #port: TablePort;
  readonly #layout: TableLayout;
  readonly #rows: Rows;
  readonly #reclaimer: Reclaimer;
  readonly #increments: JointWrites<Increment, Item>;

  /** @param name - Of its table in the file. */
  constructor(engine: Engine, name: string, port: TablePort) {
    this.#engine = engine;
    this.#port = port;
    this.#layout = layOutTable(engine, name, port);
    this.#rows = new Rows(engine, this.#layout);
    this.#increments = new JointWrites(engine);
    this.#reclaimer = new Reclaimer(engine, expiringRows(engine, this.#layout));
  }

  async get(key: Key): Promise<Stored<Item> | undefined> {
    const [pk, sk] = placeOf(this.#port, key);
    const row = this.#unexpired(this.#engine.read(() => this.#rows.read(pk, sk)));
    return row && this.#writable([pk, sk], row);
  }

  async getMany(keys: readonly Key[]): Promise<readonly (Stored<Item> | undefined)[]> {
    const places = keysOfReads(this.#port, keys).map(placeOfKey);
    const rows = this.#engine.read(() => this.#rows.readMany(places));
    return rows.map((row, index) => this.#unexpired(row) && this.#writable(places[index]!, row!));
  }

  async put(item: Item, options: PutOptions = {}): Promise<WriteResult> {
    const draft = this.#draft(item, options.expiresAt);
    return this.#write(draft.expiresAt, () => this.#put(draft, options.condition));
  }

  async delete(key: Key, options: { readonly condition?: VersionIs } = {}): Promise<WriteResult> {
    const [pk, sk] = placeOf(this.#port, key);
    return this.#engine.write(() => this.#delete(pk, sk, options.condition));
  }

  async update<Result>(
    key: Key,
    decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
  ): Promise<Result> {
    const [pk, sk] = placeOf(this.#port, key);
    let expiresAt: number | null = null;
    const result = await this.#engine.write(() => {
      const live = this.#unexpired(this.#rows.read(pk, sk));
      const current = live && this.#stored(live);
      const head = live === undefined ? this.#rows.head(pk, sk) : this.#headOf([pk, sk], live, current!.item);
      const decision = decide(current);
      if (decision.write !== undefined) {
        const draft = this.#draft(decision.write, decision.expiresAt);
        if (draft.pk !== pk || draft.sk !== sk) throw invalidIn(this.#port, 'update must write the key it was given');
        this.#writeOver(head, draft);
        expiresAt = draft.expiresAt;
      } else if (decision.delete === true) this.#rows.delete(pk, sk);
      return decision.result;
    });
    if (expiresAt !== null) this.#reclaimer.expect(expiresAt);
    return result;
  }

  async increment(
    key: Key,
    by: Readonly<Record<string, number>>,
    options: { readonly expiresAt?: number } = {},
  ): Promise<Item> {
    const [pk, sk] = placeOf(this.#port, key);
    const item = await this.#increments.join(`${pk}\0${sk}`, { by, expiresAt: options.expiresAt }, (all) =>
      this.#addAll(pk, sk, all),
    );
    if (options.expiresAt !== undefined) this.#reclaimer.expect(options.expiresAt);
    return item;
  }

  async transact(writes: readonly TableWrite<Item, Key>[]): Promise<TransactResult> {
    const steps = writes.map((write) => this.#step(write));
    this.#checkSteps(steps);
    return this.#write(earliestExpiry(steps), (): TransactResult => {
      const failed = steps.findIndex(
        ({ condition, pk, sk }) =>
          condition !== undefined && !holds(condition, this.#unexpired(this.#rows.head(pk, sk))),
      );
      if (failed !== -1) return { kind: 'conflict', index: failed };
      for (const { draft, remove, pk, sk } of steps) {
        if (draft !== undefined) this.#writeOver(this.#rows.head(pk, sk), draft);
        else if (remove) this.#rows.delete(pk, sk);
      }
      return { kind: 'written' };
    });
  }

  async writeMany(writes: readonly TableEdit<Item, Key>[]): Promise<readonly EditResult[]> {
    const places = keysOfEdits(this.#port, writes).map(placeOfKey);
    const steps = writes.map((write, index) => this.#stepOrFault(write, places[index]!));
    const earliest = earliestExpiry(steps);
    return this.#write(earliest, () =>
      steps.map((step): EditResult => {
        if (step instanceof PortError) return { kind: 'failed', error: step };
        if (step.draft !== undefined) return this.#put(step.draft, step.condition);
        return this.#delete(step.pk, step.sk, step.condition);
      }),
    );
  }

  async query(range: TableRange): Promise<Page<Stored<Item>>> {
    const { rows, cursor } = readPage(this.#engine, this.#layout, this.#port, range);
    return { items: rows.map((row) => this.#stored(row)), ...(cursor === undefined ? {} : { cursor }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reclaimer.stop();
  }

  #put(draft: Draft, condition: Condition | undefined): WriteResult {
    // Most new items are put on the condition that there is none: one look-up where reading first makes two.
    if (condition === 'absent') {
      const version = this.#engine.sequence();
      if (this.#rows.insert(draft, version)) return { kind: 'written', version: String(version) };
    }
    if (typeof condition === 'object') {
      const next = () => this.#engine.sequence();
      const written = this.#rows.updateVersion(Number(condition.version), draft, next, this.#engine.alarm.clock.now());
      if (written === 'conflict') return { kind: 'conflict' };
      if (written !== undefined) return { kind: 'written', version: String(written) };
    }
    const head = this.#rows.head(draft.pk, draft.sk);
    if (condition !== undefined && !holds(condition, this.#unexpired(head))) return { kind: 'conflict' };
    return { kind: 'written', version: this.#writeOver(head, draft) };
  }

  #delete(pk: string, sk: string, condition: Condition | undefined): WriteResult {
    if (condition !== undefined && !holds(condition, this.#unexpired(this.#rows.head(pk, sk))))
      return { kind: 'conflict' };
    this.#rows.delete(pk, sk);
    return { kind: 'written', version: String(this.#engine.sequence()) };
  }

  #writeOver(head: Head | undefined, draft: Draft): string {
    const version = this.#engine.sequence();
    if (head === undefined) this.#rows.insert(draft, version);
    else this.#rows.update(head, draft, version);
    return String(version);
  }

  async #write<T>(expiresAt: number | null, work: () => T): Promise<T> {
    if (expiresAt === null) return this.#engine.write(work);
    return this.#engine.write(work, () => this.#reclaimer.expect(expiresAt));
  }

  #unexpired<R extends StoredRow | Head>(row: R | undefined): R | undefined {
    const expiresAt = row?.expiresAt ?? null;
    return expiresAt === null || expiresAt > this.#engine.alarm.clock.now() ? row : undefined;
  }

  #draft(item: Item, expiresAt: number | undefined, place?: Place): Draft {
    return draftOf(this.#port, this.#layout.fields, item, expiresAt, place);
  }

  #step(write: TableWrite<Item, Key>, place?: Place): Step {
    const condition = write.condition;
    if ('put' in write) {
      const draft = this.#draft(write.put, write.expiresAt, place);
      return { pk: draft.pk, sk: draft.sk, condition, draft, remove: false };
    }
    const [pk, sk] = place ?? placeOf(this.#port, 'delete' in write ? write.delete : write.check);
    return { pk, sk, condition, draft: undefined, remove: 'delete' in write };
  }

  #stepOrFault(write: TableEdit<Item, Key>, place: Place): Step | PortError {
    try {
      return this.#step(write, place);
    } catch (error) {
      if (error instanceof PortError) return error;
      throw error;
    }
  }

  #checkSteps(steps: readonly Step[]): void {
    if (steps.length > maxTransactWrites)
      throw invalidIn(this.#port, `${steps.length} writes in one transaction; at most ${maxTransactWrites} fit`);
    if (new Set(steps.map(({ pk }) => pk)).size > 1)
      throw invalidIn(this.#port, 'a transaction spans more than one partition');
    if (new Set(steps.map(({ sk }) => sk)).size < steps.length)
      throw invalidIn(this.#port, 'a transaction names a key twice');
  }

  #addAll(pk: string, sk: string, increments: readonly Increment[]): readonly (Item | PortError)[] {
    const live = this.#unexpired(this.#rows.read(pk, sk));
    const start = live === undefined ? this.#keyFields(pk, sk) : this.#decode(live.value);
    const head = live === undefined ? this.#rows.head(pk, sk) : this.#headOf([pk, sk], live, start);
    const { outcomes, item, expiresAt } = addAll(this.#port, start, live?.expiresAt ?? undefined, increments);
    if (item !== undefined) this.#writeOver(head, this.#draft(item, expiresAt));
    return outcomes;
  }

  #keyFields(pk: string, sk: string): Item {
    const [partition, sort] = this.#port.key;
    return sort === undefined ? { [partition!]: pk } : { [partition!]: pk, [sort]: sk };
  }

  #stored({ value, version, expiresAt }: StoredRow): Stored<Item> {
    const item = this.#decode(value);
    return expiresAt === null ? { item, version: String(version) } : { item, version: String(version), expiresAt };
  }

  /** An item that the reader may well write back at its version. */
  #writable(place: Place, row: StoredRow): Stored<Item> {
    const stored = this.#stored(row);
    this.#rows.remember(this.#headOf(place, row, stored.item));
    return stored;
  }

  #headOf([pk, sk]: Place, { rowid, version, expiresAt }: StoredRow, item: Item): Head {
    return { pk, sk, rowid, version, expiresAt, fields: fieldValues(this.#layout.fields, item) };
  }

  #decode(value: string): Item {
    try {
      return JSON.parse(value) as Item;
    } catch (cause) {
      throw new PortError('corrupted', `table "${this.#port.name}": a stored item is not JSON`, { cause });
    }
  }
}

interface Step {
  readonly pk: string;
  readonly sk: string;
  readonly condition: Condition | undefined;
  readonly draft: Draft | undefined;
  readonly remove: boolean;
}

function earliestExpiry(steps: readonly (Step | PortError)[]): number | null {
  const earliest = steps.reduce(
    (first, step) => Math.min(first, 'draft' in step ? (step.draft?.expiresAt ?? Infinity) : Infinity),
    Infinity,
  );
  return earliest === Infinity ? null : earliest;
}

const holds = (condition: Condition, live: Head | undefined): boolean =>
  condition === 'absent' ? live === undefined : live !== undefined && String(live.version) === condition.version;

function expiringRows(engine: Engine, { table }: TableLayout) {
  const earliest = engine.statement(`SELECT min(expires_at) AS at FROM ${table} WHERE expires_at IS NOT NULL`);
  const remove = engine.statement(
    `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE expires_at IS NOT NULL AND expires_at <= ? ORDER BY expires_at LIMIT ?)`,
  );
  return {
    earliest: () => (earliest.get()?.['at'] as number | null | undefined) ?? undefined,
    remove: (now: number, limit: number) => remove.run(now, limit),
  };
}
