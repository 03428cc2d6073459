import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Clients of the management of WebSocket connections: one for each endpoint, since an API and a stage have one each. */
export class ManagementClients {
  readonly #make: (endpoint: string) => ApiGatewayManagementApiClient;
  readonly #clients = new Map<string, ApiGatewayManagementApiClient>();

  constructor(make: (endpoint: string) => ApiGatewayManagementApiClient) {
    this.#make = make;
  }

  of(endpoint: string): ApiGatewayManagementApiClient {
    let client = this.#clients.get(endpoint);
    if (client === undefined) {
      client = this.#make(endpoint);
      this.#clients.set(endpoint, client);
    }
    return client;
  }

  destroy(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }
}

/** Identifies the clients in the container; a team's own module may rebind it. */
export const managementToken: ServiceIdentifier<ManagementClients> = Symbol.for('portolan/aws/management');

/**
 * How these clients behave, beyond what all clients do: three attempts, since what API Gateway is asked to wait for may be
 * a client that does not read, and whoever pushes to many shall not wait long for one.
 */
export const managementSettings = (env: Readonly<Record<string, string | undefined>> = process.env) => ({
  ...clientSettings(env),
  ...(env['AWS_MAX_ATTEMPTS'] === undefined ? { maxAttempts: 3 } : {}),
});

/** The clients of a composition, each built at first use. */
export const managementModule = new ContainerModule(({ bind }) => {
  bind<ManagementClients>(managementToken)
    .toDynamicValue(
      () =>
        new ManagementClients((endpoint) => new ApiGatewayManagementApiClient({ ...managementSettings(), endpoint })),
    )
    .inSingletonScope()
    .onDeactivation((clients) => clients.destroy());
});
