import type { SocketRequest } from '@portolan/kernel';
import { managementEndpoint } from './management-endpoint.ts';

/** The parts that are read of what API Gateway calls a function with for a WebSocket API. */
export interface SocketEvent {
  readonly requestContext: {
    readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT';
    readonly connectionId: string;
    readonly domainName: string;
    readonly stage: string;
    readonly apiId: string;
  };
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters?: Readonly<Record<string, readonly string[]>> | null;
  readonly body?: string;
}

/** What API Gateway is answered: a status that ends the handshake, or lets it pass. */
export interface SocketAnswer {
  readonly statusCode: number;
}

const types: ReadonlySet<unknown> = new Set(['CONNECT', 'MESSAGE', 'DISCONNECT']);

/** Whether a function was called by a WebSocket API. */
export function isSocketEvent(event: unknown): event is SocketEvent {
  const { requestContext } = (event ?? {}) as { readonly requestContext?: Partial<SocketEvent['requestContext']> };
  return types.has(requestContext?.eventType) && typeof requestContext?.connectionId === 'string';
}

/**
 * The request that opens a socket. Headers come as they were written; those given twice are joined as HTTP has it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function openingOf(event: SocketEvent): SocketRequest {
  const { headers = {}, multiValueHeaders = {} } = event;
  const given = { ...headers, ...multiValueHeaders };
  const query = { ...event.queryStringParameters, ...event.multiValueQueryStringParameters };
  return {
    headers: Object.fromEntries(
      Object.entries(given).map(([name, value]) => {
        const lowered = name.toLowerCase();
        return [lowered, typeof value === 'string' ? value : value.join(lowered === 'cookie' ? '; ' : ', ')];
      }),
    ),
    query: Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, typeof value === 'string' ? value : (value.at(-1) ?? '')]),
    ),
  };
}

/**
 * The text of a message. Of binary frames no event tells: API Gateway ends the connection of who sends one (1003).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-develop-binary-media-types.html
 */
export const textOf = ({ body = '' }: SocketEvent): string => body;

/**
 * Where the connections of an event's API are managed. Of a custom domain the event does not tell under which path it was
 * mapped, so the API's own address stands in; where that is switched off, the endpoint has to be given.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function endpointOf({ requestContext }: SocketEvent, region: string): string {
  const { domainName, stage, apiId } = requestContext;
  const own = domainName.startsWith(`${apiId}.execute-api.`);
  return own ? `https://${domainName}/${stage}` : managementEndpoint({ apiId, region, stage });
}
