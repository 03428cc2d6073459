import type { Environment, TablePort } from '@portolan/kernel';
import { isDisturbed, isUnmet, type Collection } from './collection.ts';
import { contend } from './contend.ts';
import { counterFields, idOf, invalidIn, timestampOf, type Item } from './draft.ts';
import { fieldPath, type Document, type Fields, type Precondition, type Write } from './firestore-wire.ts';
import { counterField, expiryOf, isDead, itemOf } from './stored.ts';

/** Adds to the counters of one item. */
export interface Increment {
  readonly key: readonly string[];
  readonly by: Readonly<Record<string, number>>;
  readonly expiresAt: number | undefined;
}

/**
 * Increments of one table. Sums lie beside the item's JSON, so that Firestore adds without anybody reading first: writers
 * of one counter never meet. What stands after an increment is then read as of the instant of its own commit.
 *
 * An item whose expiry has come is begun anew: an increment that finds it has only changed what nobody can see.
 */
export class Increments {
  readonly #port: TablePort;
  readonly #collection: Collection;
  readonly #environment: Environment;

  constructor(port: TablePort, collection: Collection, environment: Environment) {
    this.#port = port;
    this.#collection = collection;
    this.#environment = environment;
  }

  async add(increment: Increment): Promise<Item> {
    for (const [field, delta] of Object.entries(increment.by)) {
      if (!Number.isSafeInteger(delta) || this.#port.key.includes(field)) throw this.#refusal(field, delta);
    }
    const what = `table "${this.#port.name}": increment`;
    return contend(what, this.#environment.random, () => this.#step(increment));
  }

  async #step(increment: Increment): Promise<{ readonly done: Item } | undefined> {
    const now = this.#environment.clock.now();
    const name = this.#collection.nameOf(idOf(increment.key));
    const { expiresAt } = increment;
    // Only who changes the expiry has to know what stands: it may be something whose time has come.
    let found = expiresAt === undefined ? undefined : await this.#collection.read(name);
    const changes = found !== undefined && !isDead(found, now) && expiryOf(found) !== expiresAt;
    if (found !== undefined && changes) return this.#addAndExpire(name, found, increment);
    if (expiresAt === undefined || (found !== undefined && !isDead(found, now))) {
      found = await this.#addBlindly(name, increment.by);
      if (found !== undefined && !isDead(found, now)) {
        for (const field of Object.keys(increment.by)) this.#checkNumber(itemOf(this.#port, found), field, increment);
        // Another writer has changed the expiry in between: it is as if this increment came after it.
        return expiryOf(found) === expiresAt || expiresAt === undefined
          ? { done: itemOf(this.#port, found) }
          : this.#expire(name, found, expiresAt);
      }
    }
    return this.#begin(name, found, increment);
  }

  /** @returns What stands after it; `undefined` where nothing does. */
  async #addBlindly(name: string, by: Increment['by']): Promise<Document | undefined> {
    const write = { ...this.#touch(name, undefined), ...transforms(by), currentDocument: { exists: true } };
    const commitTime = await this.#commit(write);
    return commitTime === undefined ? undefined : this.#collection.read(name, commitTime);
  }

  async #addAndExpire(name: string, found: Document, { by, expiresAt }: Increment) {
    const item = itemOf(this.#port, found);
    for (const [field, delta] of Object.entries(by)) {
      this.#checkNumber(item, field, { by });
      item[field] = ((item[field] ?? 0) as number) + delta;
    }
    const currentDocument = { updateTime: found.updateTime };
    const commitTime = await this.#commit({ ...this.#touch(name, expiresAt), ...transforms(by), currentDocument });
    return commitTime === undefined ? undefined : { done: item };
  }

  /** Gives an item that was added to the expiry that was asked for, unless somebody has written it anew. */
  async #expire(name: string, added: Document, expiresAt: number): Promise<{ readonly done: Item }> {
    await contend(`table "${this.#port.name}": increment`, this.#environment.random, async () => {
      const found = await this.#collection.read(name);
      if (found === undefined || isDead(found, this.#environment.clock.now()) || expiryOf(found) === expiresAt)
        return { done: undefined };
      const currentDocument = { updateTime: found.updateTime };
      const commitTime = await this.#commit({ ...this.#touch(name, expiresAt), currentDocument });
      return commitTime === undefined ? undefined : { done: undefined };
    });
    return { done: itemOf(this.#port, added) };
  }

  async #begin(name: string, dead: Document | undefined, { key, by, expiresAt }: Increment) {
    const added = Object.fromEntries(
      Object.entries(by).map(([field, delta]) => [counterField(field), { integerValue: String(delta) }]),
    );
    const fields = counterFields(key, added, expiresAt, this.#environment.ids);
    const currentDocument: Precondition = dead === undefined ? { exists: false } : { updateTime: dead.updateTime };
    const commitTime = await this.#commit({ update: { name, fields }, currentDocument });
    return commitTime === undefined ? undefined : { done: itemOf(this.#port, { fields }) };
  }

  /** Changes nothing but the nonce, and the expiry where one is given. */
  #touch(name: string, expiresAt: number | undefined): Write {
    const nonce = { stringValue: this.#environment.ids.next() };
    if (expiresAt === undefined) {
      const fields: Fields = { data: { mapValue: { fields: { nonce } } } };
      return { update: { name, fields }, updateMask: { fieldPaths: ['data.nonce'] } };
    }
    const data = { nonce, expiresAt: { integerValue: String(expiresAt) } };
    const fields: Fields = { data: { mapValue: { fields: data } }, expiresAt: timestampOf(expiresAt) };
    return { update: { name, fields }, updateMask: { fieldPaths: ['data.nonce', 'data.expiresAt', 'expiresAt'] } };
  }

  /** @returns When it was committed; `undefined` when its precondition was not met. */
  async #commit(write: Write): Promise<string | undefined> {
    try {
      return (await this.#collection.commit([write], false)).commitTime;
    } catch (error) {
      // Disturbed as a blind one, it finds on its way to begin anew that something stands, and is tried again.
      if (isUnmet(error) || isDisturbed(error)) return undefined;
      throw error;
    }
  }

  #checkNumber(item: Item, field: string, { by }: Pick<Increment, 'by'>): void {
    if (typeof (item[field] ?? 0) !== 'number') throw this.#refusal(field, by[field]!);
  }

  #refusal(field: string, delta: number): Error {
    return invalidIn(this.#port, `cannot add ${delta} to field "${field}"`);
  }
}

const transforms = (by: Increment['by']): Pick<Write, 'updateTransforms'> => ({
  updateTransforms: Object.entries(by).map(([field, delta]) => ({
    fieldPath: fieldPath('data', 'added', counterField(field)),
    increment: { integerValue: String(delta) },
  })),
});
