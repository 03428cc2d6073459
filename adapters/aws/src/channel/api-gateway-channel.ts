import { adapter, type Opening } from '@portolan/composition';
import { kibibytes, type ChannelPort } from '@portolan/kernel';
import { managementModule, managementToken, type ManagementClients } from '../clients/management.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { Connections, connectionsPort } from './connections.ts';
import { GatewayChannel } from './gateway-channel.ts';
import { channelApiName } from './channel-resource.ts';

export interface ApiGatewayChannelOptions {
  /**
   * Where connections are managed, `https://<api>.execute-api.<region>.amazonaws.com/<stage>`.
   *
   * @default what the variable {@link endpointVariable} says; else what the events tell that API Gateway calls with
   */
  readonly endpoint?: string;
}

/** The variable that tells functions where the connections of a channel are managed: `PORTOLAN_CHANNEL_LIVE_PRICES`. */
export const endpointVariable = (port: Pick<ChannelPort, 'name'>): string =>
  `PORTOLAN_CHANNEL_${port.name.toUpperCase().replaceAll('-', '_')}`;

/**
 * Channels on WebSocket APIs of API Gateway, each port an API of its own. Who is connected and in which groups lies in a
 * DynamoDB table, by which also functions push that no socket is served by; those must be told the endpoint.
 *
 * - A message has at most the 32 KB of one frame, either way: API Gateway ends the connection (1009) of a client that
 *   sends a larger frame, and browsers cannot cut one. It ends each connection after two hours, and one on which nothing
 *   was sent for ten minutes.
 *   See https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 * - A publish is a request for each connection of the group, 50 at a time: it takes longer the more there are.
 * - What waits for a slow client lies with API Gateway, whose bound it is; keys replace nothing there. It refuses what has no
 *   room with the error by which it also refuses an account that asks too often, so that after three attempts within
 *   about a second a refusal is `throttled`. Where a tenth of a publish is refused at most, it is the clients: the message is
 *   dropped where the port says so, be it of a key or not; else a connection ends once it has taken nothing for ten seconds
 *   in which others took theirs. Which code the client sees is API Gateway's to choose.
 * - A client that a function welcomes is known to pushes when API Gateway has the answer: one sent a moment before says
 *   `gone`.
 * - That a connection has ended is told "as best it can" (`$disconnect`): one whose end was not told is forgotten by the
 *   next push, or two and a quarter hours after it was made.
 */
export const apiGatewayChannel = (options: ApiGatewayChannelOptions = {}) =>
  adapter({
    kind: 'channel',
    cloud: 'aws',
    name: 'apiGatewayChannel',
    guarantees: {},
    limits: {
      maxMessageBytes: {
        max: kibibytes(32),
        wayOut: 'declare smaller messages, and push a reference to what is large in an objects port',
      },
    },
    modules: [managementModule],
    needs: [managementToken],
    parts: (port: ChannelPort) => ({ connections: { port: connectionsPort(port), adapter: dynamodbTable() } }),
    triggers: ({ service, port }) => [{ kind: 'websocket', resource: channelApiName(service, port.name) }],
    open: ({ port, environment, parts }: Opening<ChannelPort>, clients: ManagementClients) =>
      new GatewayChannel({
        port,
        environment,
        connections: new Connections(parts['connections'], environment),
        clients,
        endpoint: options.endpoint ?? process.env[endpointVariable(port)],
        region: process.env['AWS_REGION'] ?? '',
        wayOut: `set ${endpointVariable(port)}, or give apiGatewayChannel the endpoint`,
      }),
  });
