import { type Decision, type Stored, type TablePort } from '@portolan/kernel';
import { invalidIn, type Item } from './drafts.ts';

/** An increment as it was asked for, and who waits for it. */
interface Waiting {
  readonly by: Readonly<Record<string, number>>;
  readonly expiresAt: number | undefined;
  readonly resolve: (item: Item) => void;
  readonly reject: (error: unknown) => void;
}

type Update = <Result>(
  key: Item,
  decide: (current: Stored<Item> | undefined) => Decision<Item, Result>,
) => Promise<Result>;

/**
 * Increments of one process. Those that wait for the same item are written together: each of them would otherwise cost a
 * read and a write, and a turn of its own.
 */
export class Counters {
  readonly #port: TablePort;
  readonly #update: Update;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(port: TablePort, update: Update) {
    this.#port = port;
    this.#update = update;
  }

  /** @returns The item after this increment. */
  add(place: string, key: Item, by: Waiting['by'], expiresAt: number | undefined): Promise<Item> {
    return new Promise((resolve, reject) => {
      const increment = { by, expiresAt, resolve, reject };
      const queue = this.#waiting.get(place);
      if (queue !== undefined) queue.push(increment);
      else {
        this.#waiting.set(place, [increment]);
        void this.#write(place, key);
      }
    });
  }

  async #write(place: string, key: Item): Promise<void> {
    let taken: readonly Waiting[] | undefined;
    try {
      const outcomes = await this.#update(key, (current) => {
        // All that has come until the item is read for the first time; what comes later waits for the next write.
        if (taken === undefined) {
          taken = this.#waiting.get(place) ?? [];
          this.#waiting.delete(place);
        }
        return this.#addAll(current, key, taken);
      });
      taken?.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index]!;
        if (outcome.kind === 'added') resolve(outcome.item);
        else reject(outcome.error);
      });
    } catch (error) {
      if (taken === undefined) {
        taken = this.#waiting.get(place) ?? [];
        this.#waiting.delete(place);
      }
      for (const { reject } of taken) reject(error);
    }
  }

  #addAll(current: Stored<Item> | undefined, key: Item, increments: readonly Waiting[]) {
    let json = JSON.stringify(current?.item ?? this.#keyFields(key));
    let expiresAt = current?.expiresAt;
    let added = false;
    const outcomes = increments.map((increment) => {
      const item = JSON.parse(json) as Item;
      const error = this.#addOne(item, increment.by);
      if (error !== undefined) return { kind: 'refused' as const, error };
      json = JSON.stringify(item);
      expiresAt = increment.expiresAt ?? expiresAt;
      added = true;
      return { kind: 'added' as const, item };
    });
    if (!added) return { result: outcomes };
    return { write: JSON.parse(json) as Item, ...(expiresAt === undefined ? {} : { expiresAt }), result: outcomes };
  }

  /** @returns Why nothing can be added. */
  #addOne(item: Item, by: Waiting['by']): Error | undefined {
    for (const [field, delta] of Object.entries(by)) {
      const sum = Object.hasOwn(item, field) ? item[field] : 0;
      if (typeof sum !== 'number' || !Number.isSafeInteger(delta) || this.#port.key.includes(field))
        return invalidIn(this.#port, `cannot add ${delta} to field "${field}"`);
      item[field] = sum + delta;
    }
    return undefined;
  }

  #keyFields(key: Item): Item {
    return Object.fromEntries(this.#port.key.map((field) => [field, key[field]]));
  }
}
