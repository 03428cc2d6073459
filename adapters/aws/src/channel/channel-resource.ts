import type { ChannelPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { boundedName } from '../clients/bounded-name.ts';
import type { PolicyStatement } from '../clients/policy-statement.ts';
import { managementEndpoint } from './management-endpoint.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What has to exist for one channel besides the table of its connections, in the terms of API Gateway's own interface
 * (version 2).
 */
export interface ChannelApiResource {
  /** `CreateApi` */
  readonly api: {
    readonly Name: string;
    readonly ProtocolType: 'WEBSOCKET';
    readonly RouteSelectionExpression: string;
  };
  /** `CreateIntegration`, of the function that serves the sockets. @param functionArn - Which API Gateway must be allowed to call. */
  readonly integration: (functionArn: string) => {
    readonly IntegrationType: 'AWS_PROXY';
    readonly IntegrationUri: string;
  };
  /** `CreateRoute`, each to the integration; none with a response of its own. */
  readonly routes: readonly { readonly RouteKey: string; readonly AuthorizationType: 'NONE' }[];
  /** `CreateStage`; its name is the path that clients open. */
  readonly stage: { readonly StageName: string; readonly AutoDeploy: true };
  /** @param apiId - Of the API, once it is there. @returns What functions that push are told, by {@link endpointVariable}. */
  readonly endpoint: (apiId: string, region: string) => string;
}

/** @throws {RangeError} for a name that is too long. */
export const channelApiName = (service: string, port: string, env?: Env): string =>
  boundedName('api', resourceName(service, port, undefined, env));

const stageName = 'live';

/**
 * The WebSocket API of a channel. All that clients send goes to one route: the function reads it, whatever it says.
 *
 * @param env - Where the stage is read from. @default the process's
 * @throws {RangeError} for a name that is too long.
 * @see https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
 */
export const channelApiResource = (
  service: string,
  port: Pick<ChannelPort, 'name'>,
  env?: Env,
): ChannelApiResource => ({
  api: {
    Name: channelApiName(service, port.name, env),
    ProtocolType: 'WEBSOCKET',
    // A must; where no other route matches what it finds, the message goes to $default.
    RouteSelectionExpression: '$request.body.action',
  },
  integration: (functionArn) => ({ IntegrationType: 'AWS_PROXY', IntegrationUri: functionArn }),
  routes: ['$connect', '$disconnect', '$default'].map((RouteKey) => ({ RouteKey, AuthorizationType: 'NONE' })),
  stage: { StageName: stageName, AutoDeploy: true },
  endpoint: (apiId, region) => managementEndpoint({ apiId, region, stage: stageName }),
});

/**
 * The least that a role must be allowed on the API for the methods of a channel that a function is granted, besides the
 * table of its connections; whoever serves sockets pushes answers, too.
 *
 * @param apiArn - `arn:aws:execute-api:<region>:<account>:<api>/<stage>`
 * @param methods - As `usageOf` tells them.
 */
export function channelStatements(
  apiArn: string,
  methods: readonly string[],
  serves: boolean,
): readonly PolicyStatement[] {
  const pushes = serves || methods.some((method) => method === 'send' || method === 'publish');
  // A push may end a connection that does not read.
  const ends = pushes || methods.includes('close');
  const verbs = [...(pushes ? ['POST'] : []), ...(ends ? ['DELETE'] : [])];
  return verbs.map((verb) => ({
    Effect: 'Allow',
    Action: ['execute-api:ManageConnections'],
    Resource: `${apiArn}/${verb}/@connections/*`,
  }));
}
