import type { Dialled, DialRequest } from '@portolan/conformance';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { quotas, SocketApi, stage, type InvokeSocket } from './socket-api.ts';

/** What the management of connections answers: a status, with the name of the error where it is one. */
interface Managed {
  readonly status: number;
  readonly type?: string;
}

/** What a test has it answer instead; a connection that breaks is no answer. */
export type ManagementFault = undefined | 'broken' | Managed;

export interface GatewayDouble extends AsyncDisposable {
  readonly port: number;
  /** Where functions manage the connections of an API. */
  endpoint(apiId: string): string;
  /** Has an API call a function, until what is returned is called: then its connections end. */
  serve(apiId: string, invoke: InvokeSocket): () => Promise<void>;
  dial(apiId: string, request?: Partial<DialRequest>): Promise<Dialled & { readonly connection?: string }>;
  /** Ends what is idle, or too old, by now. */
  look(): void;
  /** Waits until no function is under way that could go on. */
  settle(): Promise<void>;
  /** Requests to manage connections, `POST <connection>`. */
  readonly asked: string[];
  /** The most requests that were under way at one time. */
  most: number;
  /** How many of them the account may make in a second. @default Infinity */
  perSecond: number;
  fault: (method: string, connection: string) => ManagementFault | Promise<ManagementFault>;
}

/**
 * Our own reading of API Gateway's WebSocket APIs: clients that ask to be connected, the events that a function is called
 * with for them, and the management of connections over HTTP.
 *
 * @param now - Milliseconds since 1970.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api.html
 */
export async function gatewayDouble(now: () => number): Promise<GatewayDouble> {
  const apis = new Map<string, SocketApi>();
  let underWay = 0;
  let second = { at: 0, count: 0 };
  const isTooOften = (): boolean => {
    const at = Math.floor(now() / 1_000);
    second = { at, count: second.at === at ? second.count + 1 : 1 };
    return second.count > double.perSecond;
  };
  const server = createServer((request, response) => {
    double.most = Math.max(double.most, ++underWay);
    void manage(double, apis, request, isTooOften())
      .then((answer) => write(response, answer))
      .finally(() => underWay--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const double: GatewayDouble = {
    port,
    endpoint: (apiId) => `http://127.0.0.1:${port}/${apiId}.${stage}`,
    serve(apiId, invoke) {
      const api = new SocketApi(apiId, now, invoke);
      apis.set(apiId, api);
      return async () => {
        apis.delete(apiId);
        await api.stop();
      };
    },
    dial: async (apiId, request = {}) => apis.get(apiId)?.dial(request) ?? { kind: 'refused', status: 403 },
    look: () => apis.forEach((api) => api.look()),
    async settle() {
      for (const api of apis.values()) await api.settle();
    },
    asked: [],
    most: 0,
    perSecond: Infinity,
    fault: () => undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return double;
}

const signedBy = /^AWS4-HMAC-SHA256 Credential=test\/\d{8}\/[\w-]+\/execute-api\/aws4_request/;

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
async function manage(
  double: GatewayDouble,
  apis: ReadonlyMap<string, SocketApi>,
  request: IncomingMessage,
  isTooOften: boolean,
): Promise<Managed | 'broken'> {
  const [, place = '', mark, encoded = ''] = (request.url ?? '').split('/');
  const [id, data, method] = [decodeURIComponent(encoded), await text(request), request.method!];
  double.asked.push(`${method} ${id}`);
  const fault = await double.fault(method, id);
  if (fault !== undefined) return fault;
  // One error for two reasons: who asks does so too often, or the client takes no more.
  const full = { status: 429, type: 'LimitExceededException' };
  if (isTooOften) return full;
  const api = apis.get(place.replace(`.${stage}`, ''));
  const known = signedBy.test(request.headers.authorization ?? '') && place.endsWith(`.${stage}`);
  if (!known || mark !== '@connections' || !['POST', 'DELETE'].includes(method))
    return { status: 403, type: 'ForbiddenException' };
  if (!/^[\w-]{10,}=$/.test(id)) return { status: 400, type: 'BadRequestException' };
  const gone = { status: 410, type: 'GoneException' };
  if (method === 'DELETE') return api?.close(id) === true ? { status: 204 } : gone;
  if (Buffer.byteLength(data) > quotas.frameBytes) return { status: 413, type: 'PayloadTooLargeException' };
  return { taken: { status: 200 }, full, gone }[api?.push(id, data) ?? 'gone'];
}

function write(response: ServerResponse, answer: Managed | 'broken'): void {
  if (answer === 'broken') return void response.destroy();
  const { status, type } = answer;
  if (type === undefined) return void response.writeHead(status).end();
  const message = type === 'BadRequestException' ? 'Invalid connectionId' : type;
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ message }));
}
