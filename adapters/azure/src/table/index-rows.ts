import type { Log } from '@portolan/kernel';
import { reasonOf, sideBySide } from '@portolan/kernel';
import type { Address, Places } from './entity.ts';
import type { EntityStore } from './entity-store.ts';
import type { Row } from './steps.ts';

/** Operations of one entity group transaction, at most. */
export const maxGroup = 100;
/** Requests under way at once for one call. */
export const width = 16;

/** The rows that lead from the indexes of a table to its items. */
export class IndexRows {
  readonly #stores: Readonly<Record<string, EntityStore>>;
  readonly #log: Log;

  constructor(stores: Readonly<Record<string, EntityStore>>, log: Log) {
    this.#stores = stores;
    this.#log = log;
  }

  store(index: string): EntityStore {
    return this.#stores[index]!;
  }

  get indexes(): readonly string[] {
    return Object.keys(this.#stores);
  }

  /** Puts rows there before their items are written, so that no item is ever without its rows. */
  async add(rows: readonly (Row & { readonly item: Address })[]): Promise<void> {
    const groups = Map.groupBy(rows, ({ index, address }) => `${index}\0${address.partitionKey}`);
    const chunks = [...groups.values()].flatMap((group) =>
      Array.from({ length: Math.ceil(group.length / maxGroup) }, (_, n) =>
        group.slice(n * maxGroup, (n + 1) * maxGroup),
      ),
    );
    await sideBySide(chunks, width, (chunk) =>
      this.store(chunk[0]!.index).putAll(
        chunk.map(({ address, item }) => ({ ...address, itemPartition: item.partitionKey, itemRow: item.rowKey })),
      ),
    );
  }

  /**
   * Removes rows that no item has any more. Where that fails they stay behind: queries see that they lead to nothing, and
   * a sweep takes them away.
   */
  async remove(rows: readonly Row[]): Promise<void> {
    await sideBySide(rows, width, async ({ index, address }) => {
      try {
        await this.store(index).perform({ address, kind: 'remove', etag: '*' });
      } catch (error) {
        this.#log.warn('an index row was left behind', { index, reason: reasonOf(error) });
      }
    });
  }
}

/** Whether the item has the row: what an index shows of it. */
export const leadsHere = (places: Places, { index, address }: Row): boolean =>
  places[index]?.[0] === address.partitionKey && places[index][1] === address.rowKey;
