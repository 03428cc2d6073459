import type { HttpRequest, HttpResponse } from '@portolan/http';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** The parts of the event that are read; API Gateway HTTP APIs and function URLs send the same format. */
export type HttpEvent = Pick<
  APIGatewayProxyEventV2,
  'rawPath' | 'rawQueryString' | 'headers' | 'cookies' | 'body' | 'isBase64Encoded'
> & {
  readonly requestContext: {
    readonly http: { readonly method: string };
    readonly stage?: string;
    readonly domainName?: string;
  };
};

/** Whether a function was called over HTTP with payload format 2.0. */
export function isHttpEvent(event: unknown): event is HttpEvent {
  const { version, requestContext } = (event ?? {}) as {
    readonly version?: unknown;
    readonly requestContext?: { readonly http?: { readonly method?: unknown } };
  };
  return version === '2.0' && typeof requestContext?.http?.method === 'string';
}

/**
 * The request in an event. Headers that were sent more than once arrive joined by commas, cookies in a list of their own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function requestOf(event: HttpEvent): HttpRequest {
  const { headers, cookies, body, isBase64Encoded, requestContext } = event;
  return {
    method: requestContext.http.method,
    path: pathOf(event),
    query: event.rawQueryString,
    headers: cookies === undefined || cookies.length === 0 ? headers : { ...headers, cookie: cookies.join('; ') },
    body: body === undefined ? undefined : isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/**
 * The path as it was sent. An HTTP API puts its stage before the path and decodes it, so that a `/` inside a segment cannot
 * be told from one between two; a function URL leaves the path alone.
 */
function pathOf({ rawPath, requestContext: { stage = '$default', domainName = '' } }: HttpEvent): string {
  if (/\.lambda-url\.[^.]+\.on\.aws$/.test(domainName)) return rawPath;
  const prefix = `/${stage}`;
  const staged = stage !== '$default' && (rawPath === prefix || rawPath.startsWith(`${prefix}/`));
  const path = staged ? rawPath.slice(prefix.length) || '/' : rawPath;
  return path.split('/').map(encodeURIComponent).join('/');
}

/** The answer that API Gateway and function URLs take: text as it is, bytes in base64, cookies apart. */
export function resultOf({ status, headers, body }: HttpResponse): APIGatewayProxyStructuredResultV2 {
  const { 'set-cookie': cookie, ...others } = headers;
  const text = typeof body === 'string';
  return {
    statusCode: status,
    headers: others,
    ...(cookie === undefined ? {} : { cookies: [cookie] }),
    ...(body === undefined ? {} : { body: text ? body : Buffer.from(body).toString('base64'), isBase64Encoded: !text }),
  };
}
