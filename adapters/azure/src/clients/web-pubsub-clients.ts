import type { WebPubSubServiceClient } from '@azure/web-pubsub';
import { PortError } from '@portolan/kernel';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { lazyCredential, retries } from './connection.ts';

/** A hub of Web PubSub, as the function app reaches it. */
export interface WebPubSubHub {
  /** Repeats what failed: for what may be done twice. */
  readonly steady: WebPubSubServiceClient;
  /** Asks once: a push whose answer was lost may have arrived, and must not arrive again. */
  readonly once: WebPubSubServiceClient;
  /** What the service signs its calls with, as far as it is known here. */
  readonly accessKey: string | undefined;
}

/** Clients of Web PubSub, for each hub. Their package is loaded with the first. */
export interface WebPubSubClients {
  /**
   * @param connection - Name of the setting with the connection string; or, for connections by the identity of the process,
   *   prefix of `<connection>__serviceUri`, as in bindings of Functions, and of `<connection>__accessKey`, by which calls of
   *   the service are told from those of others.
   * @throws {PortError} `invalid` where no connection is set.
   * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-web-pubsub#connections
   */
  hub(connection: string, hub: string): Promise<WebPubSubHub>;
}

/** How adapters ask for the clients; a team may bind its own. */
export const webPubSubClientsToken: ServiceIdentifier<WebPubSubClients> = Symbol.for('portolan/azure/web-pubsub');

/** @param env - @default the process's own */
export function webPubSubClients(env: Readonly<Record<string, string | undefined>> = process.env): WebPubSubClients {
  return {
    async hub(connection, hub) {
      const { endpoint, accessKey, byIdentity } = serviceOf(connection, env);
      const { AzureKeyCredential, WebPubSubServiceClient: Client } = await import('@azure/web-pubsub');
      const credential = byIdentity ? lazyCredential() : new AzureKeyCredential(accessKey!);
      const allowInsecureConnection = endpoint.startsWith('http:');
      const client = (retryOptions: object): WebPubSubServiceClient =>
        new Client(endpoint, credential, hub, { retryOptions, allowInsecureConnection });
      return { steady: client(retries), once: client({ maxRetries: 0 }), accessKey };
    },
  };
}

interface ServicePlace {
  readonly endpoint: string;
  readonly accessKey: string | undefined;
  readonly byIdentity: boolean;
}

function serviceOf(connection: string, env: Readonly<Record<string, string | undefined>>): ServicePlace {
  const endpoint = env[`${connection}__serviceUri`];
  const stated = env[connection] ?? '';
  const partOf = (name: string): string | undefined => new RegExp(`(?:^|;)${name}=([^;]+)`, 'i').exec(stated)?.[1];
  const [stringEndpoint, stringKey, port] = ['Endpoint', 'AccessKey', 'Port'].map(partOf);
  if (stringEndpoint !== undefined && stringKey !== undefined) {
    const place = `${stringEndpoint.replace(/\/$/, '')}${port === undefined ? '' : `:${port}`}`;
    return { endpoint: place, accessKey: stringKey, byIdentity: false };
  }
  if (endpoint !== undefined && endpoint !== '')
    return { endpoint, accessKey: env[`${connection}__accessKey`], byIdentity: true };
  throw new PortError(
    'invalid',
    `no Web PubSub: set ${connection} (a connection string) or ${connection}__serviceUri and ${connection}__accessKey`,
  );
}

export const webPubSubClientsModule = new ContainerModule(({ bind }) => {
  bind(webPubSubClientsToken)
    .toDynamicValue(() => webPubSubClients())
    .inSingletonScope();
});
