import type { EventGridPublisherClient } from '@azure/eventgrid';
import { PortError } from '@portolan/kernel';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { lazyCredential, retries } from './connection.ts';

/** Clients of Event Grid, one for each topic. Their package is loaded with the first. */
export interface EventGridClients {
  /**
   * @param connection - Prefix of the settings: `<connection>__topicEndpointUri`, as in bindings of Functions, and
   *   `<connection>__topicKey` where the identity of the process is not what it publishes by.
   * @throws {PortError} `invalid` where no endpoint is set.
   * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-output#connections
   */
  client(connection: string): Promise<EventGridPublisherClient<'CloudEvent'>>;
}

/** How adapters ask for the clients; a team may bind its own. */
export const eventGridClientsToken: ServiceIdentifier<EventGridClients> = Symbol.for('portolan/azure/event-grid');

/** @param env - @default the process's own */
export function eventGridClients(env: Readonly<Record<string, string | undefined>> = process.env): EventGridClients {
  return {
    async client(connection) {
      const endpoint = env[`${connection}__topicEndpointUri`];
      if (endpoint === undefined || endpoint === '')
        throw new PortError('invalid', `no Event Grid topic: set ${connection}__topicEndpointUri`);
      const key = env[`${connection}__topicKey`];
      const { AzureKeyCredential, EventGridPublisherClient } = await import('@azure/eventgrid');
      const credential = key === undefined ? lazyCredential() : new AzureKeyCredential(key);
      const options = { retryOptions: retries, allowInsecureConnection: endpoint.startsWith('http:') };
      return new EventGridPublisherClient(endpoint, 'CloudEvent', credential, options);
    },
  };
}

export const eventGridClientsModule = new ContainerModule(({ bind }) => {
  bind(eventGridClientsToken)
    .toDynamicValue(() => eventGridClients())
    .inSingletonScope();
});
