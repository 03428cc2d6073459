import type { TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { createHash } from 'node:crypto';

/** The tables that a port needs in its storage account. */
export interface TableResources {
  readonly table: string;
  /** By the name of the index: a table of rows that lead to the items. */
  readonly indexes: Readonly<Record<string, string>>;
}

type Env = Readonly<Record<string, string | undefined>>;

const maxNameLength = 63;

/** What has to exist for a table port. Table Storage has no schema: names are all there is to say. */
export function tableResources(service: string, port: Pick<TablePort, 'name' | 'indexes'>, env?: Env): TableResources {
  const name = (part?: string): string => tableName(resourceName(service, port.name, part, env));
  return {
    table: name(),
    indexes: Object.fromEntries(Object.keys(port.indexes).map((index) => [index, name(index)])),
  };
}

/**
 * A resource's name as tables may be called: 3 to 63 letters and digits, a letter first, in which case does not count. So
 * that no two names become one (`a-bc`, `ab-c`), it ends in eight characters of a hash; a long one is cut before them.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#table-names
 */
export function tableName(resource: string): string {
  const hash = BigInt(`0x${createHash('sha256').update(resource).digest('hex').slice(0, 12)}`)
    .toString(36)
    .padStart(10, '0')
    .slice(-8);
  const letters = resource.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return letters.slice(0, maxNameLength - hash.length) + hash;
}
