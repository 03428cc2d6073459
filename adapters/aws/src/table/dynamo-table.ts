import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  keysOfEdits,
  keysOfReads,
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
import { pause } from '../clients/pause.ts';
import { increment } from './increments.ts';
import { getMany, writeMany } from './many.ts';
import { readPage } from './pages.ts';
import { contention, Rows } from './rows.ts';
import { draftOf, invalidIn, placeOf, type Draft, type Item, type Key, type Step } from './steps.ts';
import { transact } from './transactions.ts';

/** A table over DynamoDB. */
export class DynamoTable implements Table<Item, Key> {
  readonly #rows: Rows;
  readonly #port: TablePort;

  constructor(client: DynamoDBClient, tableName: string, port: TablePort, environment: Environment) {
    this.#rows = new Rows(client, tableName, port, environment);
    this.#port = port;
  }

  async get(key: Key): Promise<Stored<Item> | undefined> {
    return this.#rows.get(placeOf(this.#port, key));
  }

  async getMany(keys: readonly Key[]): Promise<readonly (Stored<Item> | undefined)[]> {
    keysOfReads(this.#port, keys);
    return getMany(this.#rows, keys.map((key) => placeOf(this.#port, key))); // prettier-ignore
  }

  async put(item: Item, options: PutOptions = {}): Promise<WriteResult> {
    return this.#rows.write(this.#step({ ...options, put: item }));
  }

  async delete(key: Key, options: { readonly condition?: VersionIs } = {}): Promise<WriteResult> {
    return this.#rows.write(this.#step({ ...options, delete: key }));
  }

  async update<Result>(
    key: Key,
    decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
  ): Promise<Result> {
    const place = placeOf(this.#port, key);
    for (let attempt = 1; attempt <= contention.maxAttempts; attempt++) {
      const current = await this.#rows.get(place);
      const version = current?.version;
      const { write, expiresAt, delete: remove, result } = decide(current);
      const draft = write === undefined ? undefined : this.#draft(write, expiresAt);
      if (draft === undefined && (remove !== true || version === undefined)) return result;
      if (draft?.key.some((part, index) => part !== place[index]) === true)
        throw invalidIn(this.#port, 'update must write the key it was given');
      const condition = version === undefined ? 'absent' : { version };
      if ((await this.#rows.write({ key: place, draft, condition })).kind === 'written') return result;
      await pause(attempt, this.#rows.environment.random, contention);
    }
    throw new PortError('conflict', `${this.#rows.what}: other writers kept winning`);
  }

  async increment(
    key: Key,
    by: Readonly<Record<string, number>>,
    options: { readonly expiresAt?: number } = {},
  ): Promise<Item> {
    return increment(this.#rows, { key: placeOf(this.#port, key), by, expiresAt: options.expiresAt });
  }

  async transact(writes: readonly TableWrite<Item, Key>[]): Promise<TransactResult> {
    const steps = writes.map((write) =>
      'check' in write
        ? { key: placeOf(this.#port, write.check), condition: write.condition, draft: undefined, write: false }
        : { ...this.#step(write), write: true },
    );
    return transact(this.#rows, steps);
  }

  async writeMany(writes: readonly TableEdit<Item, Key>[]): Promise<readonly EditResult[]> {
    keysOfEdits(this.#port, writes);
    return writeMany(this.#rows, writes.map((write) => this.#stepOrFault(write))); // prettier-ignore
  }

  async query(range: TableRange): Promise<Page<Stored<Item>>> {
    return readPage(this.#rows, range);
  }

  #step(edit: TableEdit<Item, Key>): Step {
    const { condition } = edit;
    if ('delete' in edit) return { key: placeOf(this.#port, edit.delete), condition, draft: undefined };
    const draft = this.#draft(edit.put, edit.expiresAt);
    return { key: draft.key, condition, draft };
  }

  #stepOrFault(edit: TableEdit<Item, Key>): Step | PortError {
    try {
      return this.#step(edit);
    } catch (error) {
      if (error instanceof PortError) return error;
      throw error;
    }
  }

  #draft(item: Item, expiresAt: number | undefined): Draft {
    return draftOf(this.#port, item, expiresAt, this.#rows.nextVersion());
  }
}
