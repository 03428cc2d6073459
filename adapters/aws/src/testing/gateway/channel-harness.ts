import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import type { ChannelHarness } from '@portolan/conformance';
import type { ChannelPort, ContractOf, Port, SocketReceiver } from '@portolan/kernel';
import { apiGatewayChannel } from '../../channel/api-gateway-channel.ts';
import { channelApiName } from '../../channel/channel-resource.ts';
import { connectionsPort } from '../../channel/connections.ts';
import { ManagementClients, managementSettings } from '../../clients/management.ts';
import { clientConfig, engineEnvironment, freshService, patient } from '../aws-engine.ts';
import { tableHarness, type TableEngine } from '../table-harness.ts';
import type { GatewayDouble } from './gateway-double.ts';

/** How long a function may take for one event, in milliseconds. */
const timeoutMs = 29_000;

/** Clients of the gateway's management of connections. @param maxAttempts - Fewer where waiting in between proves nothing. */
export const managementClients = (maxAttempts?: number): ManagementClients =>
  new ManagementClients((endpoint) => {
    const { requestHandler } = patient();
    const settings = {
      ...managementSettings({}),
      requestHandler,
      ...(maxAttempts === undefined ? {} : { maxAttempts }),
    };
    return new ApiGatewayManagementApiClient({ ...settings, ...clientConfig({ port: 0 }), endpoint });
  });

/** What comes between the gateway and the function: a host, or a test that breaks something. */
export type Between = (event: unknown, next: () => Promise<unknown>) => Promise<unknown>;

/** Channels over engines that many harnesses share: each has a service, and so APIs and tables, of its own. */
export async function channelHarness(
  engine: TableEngine,
  gateway: GatewayDouble,
  between: Between = (_event, next) => next(),
  maxAttempts?: number,
): Promise<ChannelHarness> {
  const service = freshService();
  const tables = await tableHarness(engine);
  const clients = managementClients(maxAttempts);
  const environment = engineEnvironment(engine);
  const stops: (() => Promise<void>)[] = [];
  const apiOf = (port: Pick<Port, 'name'>): string => channelApiName(service, port.name);
  const open = async <P extends Port>(port: P): Promise<ContractOf<P>> => {
    const channel = port as unknown as ChannelPort;
    const parts = { connections: await tables.open(connectionsPort(channel)) };
    const adapter = apiGatewayChannel({ endpoint: gateway.endpoint(apiOf(port)) });
    return (await adapter.open({ service, port, environment, parts }, clients as never)) as unknown as ContractOf<P>;
  };
  return {
    open,
    async serve(port, sessions) {
      const contract = (await open(port)) as unknown as SocketReceiver<unknown>;
      const stop = gateway.serve(apiOf(port), (event) =>
        between(event, () => contract.receiveSocket(event, sessions, engine.now() + timeoutMs)),
      );
      stops.push(stop);
      return { stop };
    },
    dial: (port, request) => gateway.dial(apiOf(port), request),
    now: () => engine.now(),
    async pass(durationMs) {
      await engine.pass(durationMs);
      gateway.look();
      await gateway.settle();
    },
    settle: () => gateway.settle(),
    async [Symbol.asyncDispose]() {
      for (const stop of stops) await stop();
      clients.destroy();
      await tables[Symbol.asyncDispose]();
    },
  };
}
