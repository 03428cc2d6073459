import type { IncomingMessage, ServerResponse } from 'node:http';
import { aspNetPath } from './aspnet-path.ts';
import type { FunctionMetadata, RpcHttp, TypedData } from './rpc.ts';

/** A request over HTTP, and the function that it is for. */
export interface Routed {
  readonly fn: FunctionMetadata;
  readonly http: RpcHttp;
}

/**
 * Finds the function of a request, and writes the request as the host does for its worker: the URL with the path that
 * ASP.NET Core makes of it, headers that came more than once joined by commas, the body as bytes, and only where a
 * `content-length` announced it. Routes end in `{*rest}`, or are a path as it is; case does not count in them.
 *
 * @returns `undefined` where the host answers 404.
 * @see https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script.Grpc/MessageExtensions/GrpcMessageConversionExtensions.cs
 */
export function route(
  functions: readonly FunctionMetadata[],
  routePrefix: string,
  request: IncomingMessage,
  body: Buffer,
): Routed | undefined {
  const { url = '/', method = '', headers, rawHeaders } = request;
  const [, raw, query] = /^([^?]*)(.*)$/s.exec(url)!;
  const path = aspNetPath(raw!);
  const asked = path.toLowerCase();
  const found = functions.filter(({ bindings }) => {
    const trigger = Object.values(bindings).find(({ type }) => type === 'httpTrigger');
    if (trigger === undefined || !(trigger['methods'] as string[]).includes(method)) return false;
    const template = String(trigger['route']);
    const own = template.replace(/\/?\{\*rest\}$/, '');
    const base = `/${[routePrefix, own].filter((part) => part !== '').join('/')}`.toLowerCase();
    if (own === template) return asked === base;
    return base === '/' || asked === base || asked.startsWith(`${base}/`);
  });
  // A route without open segments is the nearer one.
  const isOpen = ({ bindings }: FunctionMetadata): boolean => JSON.stringify(bindings).includes('{*rest}');
  const fn = found.find((one) => !isOpen(one)) ?? found[0];
  if (fn === undefined) return undefined;
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const given = names.map((name) => [name, { value: String(headers[name]) }] as const);
  const announced = Number(headers['content-length'] ?? 0) > 0;
  const http = {
    url: `http://${headers.host}${path}${query}`,
    method,
    nullableHeaders: Object.fromEntries(given),
    nullableQuery: Object.fromEntries([...new URLSearchParams(query)].map(([name, value]) => [name, { value }])),
    ...(announced ? { body: { bytes: body.toString('base64') } } : {}),
  };
  return { fn, http };
}

/**
 * Writes what a function answered.
 *
 * @see https://github.com/Azure/azure-functions-host/blob/dev/src/WebJobs.Script/Binding/Http/RawScriptResult.cs
 */
export function writeAnswer(to: ServerResponse, { http }: TypedData): void {
  const { statusCode, headers = {}, body } = http!;
  to.writeHead(Number(statusCode), headers);
  to.end(body?.bytes === undefined ? body?.string : Buffer.from(body.bytes, 'base64'));
}
