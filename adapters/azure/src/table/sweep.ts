import { sideBySide } from '@portolan/kernel';
import { slotOf, type Address, type Raw } from './entity.ts';
import type { EntityStore } from './entity-store.ts';
import { leadsHere, width, type IndexRows } from './index-rows.ts';
import { rowsOnlyIn, type Row } from './steps.ts';

/**
 * How old an index row must be before a sweep takes it for left behind, in milliseconds: much longer than any write takes
 * between its rows and its item, whatever its clients repeat, and than the 15 minutes by which clocks may differ.
 */
export const orphanAgeMs = 3_600_000;

interface Swept {
  readonly name: string;
  readonly store: EntityStore;
  readonly rows: IndexRows;
}

/**
 * Reclaims the storage of expired items, with their index rows, and of index rows that writes left behind when they ended
 * between two steps. It reads the keys of both tables, and an item for each index row.
 */
export async function sweepTable(swept: Swept, at: number): Promise<void> {
  await sweepExpired(swept, at);
  for (const index of swept.rows.indexes) await sweepRows(swept, index, at);
}

async function sweepExpired({ name, store, rows }: Swept, at: number): Promise<void> {
  const select = ['PartitionKey', 'RowKey', 'version', 'expiresAt', 'places'];
  for await (const { entities } of store.pages(`expiresAt le ${at}L`, 1_000, select)) {
    await sideBySide(entities, width, async (raw) => {
      const { etag, places } = slotOf(raw, name);
      // Whoever wrote there meanwhile wins: it is another item then.
      const outcome = await store.perform({ address: addressIn(raw), kind: 'remove', etag });
      if (outcome.kind === 'done') await rows.remove(rowsOnlyIn(places, {}));
    });
  }
}

async function sweepRows({ name, store, rows }: Swept, index: string, at: number): Promise<void> {
  const before = new Date(at - orphanAgeMs).toISOString();
  for await (const { entities } of rows.store(index).pages(`Timestamp lt datetime'${before}'`, 1_000)) {
    await sideBySide(entities, width, async (raw) => {
      const row: Row = { index, address: addressIn(raw) };
      const item = await store.read(
        { partitionKey: raw['itemPartition'] as string, rowKey: raw['itemRow'] as string },
        true,
      );
      if (item !== undefined && leadsHere(slotOf(item, name).places, row)) return;
      await rows.store(index).perform({ address: row.address, kind: 'remove', etag: raw['etag'] as string });
    });
  }
}

const addressIn = (raw: Raw): Address => ({
  partitionKey: raw['partitionKey'] as string,
  rowKey: raw['rowKey'] as string,
});
