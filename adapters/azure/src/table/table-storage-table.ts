import { adapter, type Opening } from '@portolan/composition';
import { hours, kibibytes, type TablePort } from '@portolan/kernel';
import { tableClientsModule, tableClientsToken, type TableClients } from '../clients/table-clients.ts';
import { EntityStore } from './entity-store.ts';
import { tableResources } from './resources.ts';
import { StorageTable } from './storage-table.ts';

export interface TableStorageOptions {
  /** The setting that names the storage account, as in bindings of Functions. @default 'AzureWebJobsStorage' */
  readonly connection?: string;
}

/**
 * Tables in Azure Table Storage: one table for the items, and one for the rows of each index.
 *
 * **Items** are entities whose keys are the port's, written so that Table Storage takes them and orders them by UTF-8
 * (`encodeKeyText`). The item is JSON over as many string properties as it needs, so that 350 KiB fit the 1 MiB of an entity
 * whatever they hold. A version is an id of each write; ETags make the writes conditional.
 *
 * **Expiry.** Table Storage has none: expired entities lie there until `sweep` takes them, which has to be called, once a
 * day say. Nobody sees them meanwhile. Queries never write, so that a right to read is enough for them.
 *
 * **Indexes.** An item and its index rows lie in different partitions, so that no transaction holds both. The rows are put
 * first, then the item, which names its rows, then rows that it no longer names are removed. A query follows each row to
 * its item and shows those that name the row: whatever crashes in between, an index shows items as they stand, and all
 * of them. Each item that an index shows costs a read. What a crash, or a write that lost a race, left behind costs a read
 * in each query that meets it, until `sweep` takes it away.
 *
 * **Transactions** are entity group transactions. A removal in one puts a mark there that everyone holds to be absent, and
 * takes it away afterwards; a check changes the ETag of what it checks, never its version. Their items may have 3.9 MB in
 * all; over that they are `too-large`.
 *
 * **Descending queries** look for the end of the range, as Table Storage reads in ascending order only; see `lastKeys` for
 * what that costs.
 *
 * Costs, in requests: a read 1; a put 1, at a version that this process has not seen 2; with indexes 2 and 2 more for each
 * index whose place changes; an increment or update 2, of which increments of one process share one write.
 *
 * Azure Cosmos DB's Table API speaks the same protocol through another `connection`. It was not tested with it. There,
 * entities may have 2 MB, a transaction 2 MB (where this adapter allows 3.9 MB and is refused), throttling is by request units (429), and
 * `sweep` by `Timestamp` reads every partition.
 *
 * Throughput: 2,000 entities a second in a partition, 20,000 requests a second in a storage account.
 *
 * @see https://learn.microsoft.com/azure/storage/tables/scalability-targets
 */
export const tableStorageTable = (options: TableStorageOptions = {}) =>
  adapter({
    kind: 'table',
    cloud: 'azure',
    name: 'tableStorageTable',
    guarantees: {},
    limits: {
      maxItemBytes: { max: kibibytes(480), wayOut: 'keep large values in objects, and their names in the item' },
    },
    modules: [tableClientsModule],
    needs: [tableClientsToken],
    sweepEveryMs: hours(24),
    open: async ({ service, port, environment }: Opening<TablePort>, clients: TableClients) => {
      const { connection = 'AzureWebJobsStorage' } = options;
      const { table, indexes } = tableResources(service, port);
      const storeOf = async (name: string): Promise<EntityStore> =>
        new EntityStore(await clients.client(connection, name), `table "${port.name}"`);
      const rows = Object.entries(indexes).map(async ([index, name]) => [index, await storeOf(name)] as const);
      return new StorageTable(port, await storeOf(table), Object.fromEntries(await Promise.all(rows)), environment);
    },
  });
