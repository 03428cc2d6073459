import type { TableClient } from '@azure/data-tables';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { connectionOf, isPlain, lazyCredential, retries } from './connection.ts';

/** Clients of Table Storage, one for each table. Their package is loaded with the first. */
export interface TableClients {
  /**
   * @param connection - Name of the setting, see `connectionOf`.
   * @throws {PortError} `invalid` where no connection is set.
   */
  client(connection: string, table: string): Promise<TableClient>;
}

/** How adapters ask for the clients; a team may bind its own. */
export const tableClientsToken: ServiceIdentifier<TableClients> = Symbol.for('portolan/azure/tables');

/** @param env - @default the process's own */
export function tableClients(env: Readonly<Record<string, string | undefined>> = process.env): TableClients {
  return {
    async client(setting, table) {
      const connection = connectionOf(setting, 'table', env);
      const { TableClient } = await import('@azure/data-tables');
      const options = { retryOptions: retries, allowInsecureConnection: isPlain(connection) };
      return connection.kind === 'string'
        ? TableClient.fromConnectionString(connection.connectionString, table, options)
        : new TableClient(connection.endpoint, table, lazyCredential(), options);
    },
  };
}

export const tableClientsModule = new ContainerModule(({ bind }) => {
  bind(tableClientsToken)
    .toDynamicValue(() => tableClients())
    .inSingletonScope();
});
