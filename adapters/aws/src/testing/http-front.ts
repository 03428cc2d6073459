import type { ClientRequest, ClientResponse } from '@portolan/conformance';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Invoke } from './event-source.ts';

/**
 * API Gateway's HTTP API before a function: it decodes the path, joins headers, and sends bodies in base64 unless they are
 * text by their type.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export async function requestThrough(invoke: Invoke, request: ClientRequest): Promise<ClientResponse> {
  const { method = 'GET', target, headers = {}, body } = request;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const text = /^(text\/|application\/(json|javascript|xml))/.test(headers['content-type'] ?? '');
  const bytes = body === undefined ? undefined : Buffer.from(body as string);
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: decodeURIComponent(path),
    rawQueryString: mark === -1 ? '' : target.slice(mark + 1),
    headers: { host: 'abc.execute-api.eu-central-1.amazonaws.com', ...headers },
    requestContext: {
      http: { method, path: decodeURIComponent(path), protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: '' },
      stage: '$default',
      domainName: 'abc.execute-api.eu-central-1.amazonaws.com',
    },
    ...(bytes === undefined ? {} : { body: text && isUtf8(bytes) ? bytes.toString() : bytes.toString('base64') }),
    isBase64Encoded: bytes !== undefined && !(text && isUtf8(bytes)),
  };
  // What a function throws, clients see as this.
  const failed = { statusCode: 500, headers: {}, body: '{"message":"Internal Server Error"}' };
  const result = (await invoke(event).catch(() => failed)) as APIGatewayProxyStructuredResultV2;
  const answered = Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
  const answer = Buffer.from(result.body ?? '', result.isBase64Encoded === true ? 'base64' : 'utf8').toString();
  return {
    status: result.statusCode!,
    headers: Object.fromEntries(answered) as Record<string, string>,
    // A gateway never sends the body of an answer to HEAD.
    body: method === 'HEAD' ? '' : answer,
  };
}

const isUtf8 = (bytes: Buffer): boolean => bytes.equals(Buffer.from(bytes.toString()));
