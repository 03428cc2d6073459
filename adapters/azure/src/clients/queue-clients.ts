import type { QueueClient } from '@azure/storage-queue';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { connectionOf, lazyCredential, storageRetries } from './connection.ts';

/** Clients of Storage Queues, one for each queue. Their package is loaded with the first. */
export interface QueueClients {
  /**
   * @param connection - Name of the setting, see `connectionOf`.
   * @throws {PortError} `invalid` where no connection is set.
   */
  client(connection: string, queue: string): Promise<QueueClient>;
}

/** How adapters ask for the clients; a team may bind its own. */
export const queueClientsToken: ServiceIdentifier<QueueClients> = Symbol.for('portolan/azure/queues');

/** @param env - @default the process's own */
export function queueClients(env: Readonly<Record<string, string | undefined>> = process.env): QueueClients {
  return {
    async client(setting, queue) {
      const connection = connectionOf(setting, 'queue', env);
      const { QueueClient, StorageRetryPolicyType } = await import('@azure/storage-queue');
      const retryOptions = {
        ...storageRetries(),
        retryPolicyType: StorageRetryPolicyType.EXPONENTIAL,
        tryTimeoutInMs: 30_000,
      };
      return connection.kind === 'string'
        ? new QueueClient(connection.connectionString, queue, { retryOptions })
        : new QueueClient(`${connection.endpoint.replace(/\/$/, '')}/${queue}`, lazyCredential(), { retryOptions });
    },
  };
}

export const queueClientsModule = new ContainerModule(({ bind }) => {
  bind(queueClientsToken)
    .toDynamicValue(() => queueClients())
    .inSingletonScope();
});
