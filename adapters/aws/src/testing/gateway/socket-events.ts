import type { DialRequest } from '@portolan/conformance';
import { randomUUID } from 'node:crypto';

/** Where a function is called from. */
export interface EventPlace {
  readonly connectionId: string;
  readonly apiId: string;
  readonly stage: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly connectedAt: number;
}

function contextOf({ connectionId, apiId, stage, now, connectedAt }: EventPlace, eventType: string, routeKey: string) {
  return {
    routeKey,
    eventType,
    extendedRequestId: randomUUID(),
    requestTime: new Date(now).toUTCString(),
    requestTimeEpoch: now,
    messageDirection: 'IN',
    stage,
    connectedAt,
    identity: { sourceIp: '192.0.2.1', userAgent: 'test' },
    requestId: randomUUID(),
    domainName: `${apiId}.execute-api.eu-central-1.amazonaws.com`,
    connectionId,
    apiId,
  };
}

const several = (values: Readonly<Record<string, string>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));

/**
 * What API Gateway calls a function with for a WebSocket API, with headers and query as the function gets them: decoded,
 * names as they were written, no field at all for an empty query.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export function connectEvent(place: EventPlace, { query = {}, headers = {} }: Partial<DialRequest>): object {
  const all = {
    Host: `${place.apiId}.execute-api.eu-central-1.amazonaws.com`,
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Proto': 'https',
    ...headers,
  };
  const asked = Object.keys(query).length > 0;
  return {
    headers: all,
    multiValueHeaders: several(all),
    ...(asked ? { queryStringParameters: query, multiValueQueryStringParameters: several(query) } : {}),
    requestContext: contextOf(place, 'CONNECT', '$connect'),
    isBase64Encoded: false,
  };
}

export const messageEvent = (place: EventPlace, body: string): object => ({
  requestContext: { ...contextOf(place, 'MESSAGE', '$default'), messageId: randomUUID() },
  ...(body === '' ? {} : { body }),
  isBase64Encoded: false,
});

export const disconnectEvent = (place: EventPlace, code: number, reason: string): object => ({
  headers: { Host: `${place.apiId}.execute-api.eu-central-1.amazonaws.com`, 'x-api-key': '' },
  requestContext: {
    ...contextOf(place, 'DISCONNECT', '$disconnect'),
    disconnectStatusCode: code,
    disconnectReason: reason,
  },
  isBase64Encoded: false,
});
