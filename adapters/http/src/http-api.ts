import { continueTrace, PortError, reasonOf, type Environment, type Reply, type Trace } from '@portolan/kernel';
import { readJsonBody } from './body.ts';
import { corsHeaders, isAllowed, preflightHeaders, type AllowedOrigins } from './cors.ts';
import { readParams, readQuery } from './inputs.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { problemResponse } from './problems.ts';
import { replyResponse, withoutBody } from './replies.ts';
import { routeTable, type Mount, type Route, type RouteMatch, type RouteTable } from './routes.ts';

export interface HttpApiOptions {
  readonly environment: Pick<Environment, 'random' | 'log'>;
  /** Answers preflights and names the allowed origin. @default none, and no CORS: pages of other origins may not read answers */
  readonly allowOrigin?: AllowedOrigins;
  /** Checks every reply against its operation's schema and answers 500 where it differs. @default false; on in tests */
  readonly checkReplies?: boolean;
}

/** What a host knows of a request besides its text. */
export interface RequestMeta {
  /** When the caller stops waiting, milliseconds since 1970. @default never */
  readonly deadlineAt?: number;
}

/** The operations of services behind HTTP. */
export interface HttpApi {
  /** Answers a request. Never rejects: a fault is logged and answered with 500. */
  handle(request: HttpRequest, meta?: RequestMeta): Promise<HttpResponse>;
  /**
   * Bytes of the body that the operation takes, so that a host can stop reading: 0 where it takes none, undefined where
   * there is no operation.
   */
  maxBodyBytesFor(method: string, path: string): number | undefined;
  /** Whether the path lies at or below a service's base; what does not is the host's to answer. */
  owns(path: string): boolean;
  /** Whether pages of this origin may call from elsewhere, as `allowOrigin` has it. */
  allowsOrigin(origin: string): boolean;
}

/**
 * Routes requests to operations, and their replies back.
 *
 * @throws {RangeError} for malformed and doubled routes.
 */
export function httpApi(mounts: readonly Mount[], options: HttpApiOptions): HttpApi {
  const routes = routeTable(mounts);
  const { environment, allowOrigin = [] } = options;
  return {
    async handle(request, meta = {}) {
      const trace = continueTrace(incomingTrace(request.headers), environment.random);
      let response: HttpResponse;
      try {
        response = await answer(routes, options, request, meta, trace);
      } catch (error) {
        response = fault(options, request, trace, error);
      }
      const headers = { ...response.headers, ...fixedHeaders, 'x-correlation-id': trace.correlationId };
      Object.assign(headers, corsHeaders(allowOrigin, request));
      return request.method === 'HEAD' ? withoutBody({ ...response, headers }) : { ...response, headers };
    },
    maxBodyBytesFor(method, path) {
      const operation = routes.find(method === 'HEAD' ? 'GET' : method, path)?.route.operation;
      if (operation === undefined) return undefined;
      return operation.body === undefined ? 0 : operation.maxBodyBytes;
    },
    owns: (path) => routes.owns(path),
    allowsOrigin: (origin) => isAllowed(allowOrigin, origin),
  };
}

const fixedHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

async function answer(
  routes: RouteTable,
  options: HttpApiOptions,
  request: HttpRequest,
  meta: RequestMeta,
  trace: Trace,
): Promise<HttpResponse> {
  const match = routes.find(request.method === 'HEAD' ? 'GET' : request.method, request.path);
  if (match === undefined) return unrouted(routes, options, request);
  const call = readCall(match, request);
  if (call.kind === 'refused') return call.response;
  const { mount, functionName, operationName, base } = match.route;
  const reply: Reply = await mount.call(functionName, operationName, {
    ...call.input,
    trace,
    checkReply: options.checkReplies ?? false,
    ...(meta.deadlineAt === undefined ? {} : { deadlineAt: meta.deadlineAt }),
  });
  return replyResponse(reply, base);
}

type CallRead =
  | {
      readonly kind: 'read';
      readonly input: { readonly params: unknown; readonly query: unknown; readonly body: unknown };
    }
  | { readonly kind: 'refused'; readonly response: HttpResponse };

function readCall({ route, params: raw }: RouteMatch, request: HttpRequest): CallRead {
  const params = readParams(raw);
  const query = readQuery(request.query, route.queryNames);
  if (params.kind === 'refused' || query.kind === 'refused') {
    const errors = [params, query].flatMap((read) => (read.kind === 'refused' ? read.errors : []));
    const first = errors[0]!;
    const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
    const detail = `${first.field}: ${first.expected}${more}`;
    return { kind: 'refused', response: problemResponse('invalid', { detail, errors }) };
  }
  const body = readBodyFor(route, request);
  if (body.kind === 'refused') return body;
  return { kind: 'read', input: { params: params.value, query: query.value, body: body.value } };
}

function readBodyFor({ operation }: Route, request: HttpRequest): ReturnType<typeof readJsonBody> {
  if (operation.body === undefined) return { kind: 'read', value: undefined };
  return readJsonBody(request, operation.maxBodyBytes);
}

/** No such operation: a preflight, a wrong method, or nothing at all. */
function unrouted(routes: RouteTable, { allowOrigin = [] }: HttpApiOptions, request: HttpRequest): HttpResponse {
  const methods = routes.methodsAt(request.path).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  if (methods.length === 0) return problemResponse('not-found', { detail: 'There is nothing at this path.' });
  const allow = (allowOrigin.length === 0 ? methods : [...methods, 'OPTIONS']).join(', ');
  if (request.method === 'OPTIONS' && allowOrigin.length > 0) {
    return { status: 204, headers: { allow, ...preflightHeaders(methods) } };
  }
  const detail = `This path takes ${allow}.`;
  return problemResponse('method-not-allowed', { detail, headers: { allow } });
}

function fault({ environment }: HttpApiOptions, request: HttpRequest, trace: Trace, error: unknown): HttpResponse {
  const retryable = error instanceof PortError && error.retryable;
  environment.log.error('request failed', {
    method: request.method,
    path: request.path,
    reason: reasonOf(error),
    stack: error instanceof Error ? error.stack : undefined,
    ...trace,
  });
  if (retryable)
    return problemResponse('unavailable', { detail: 'The service could not be reached just now; try again.' });
  const detail = `Something went wrong in the service; its log has it under the correlation id ${trace.correlationId}.`;
  return problemResponse('internal', { detail });
}

/** A malformed `traceparent` starts a new trace; a correlation id that could not be a header again is not taken on. */
export function incomingTrace(headers: HttpRequest['headers']): Partial<Trace> | undefined {
  const traceparent = headers['traceparent'];
  const given = headers['x-correlation-id'];
  const correlationId = given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : undefined;
  if (traceparent === undefined && correlationId === undefined) return undefined;
  return {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(correlationId === undefined ? {} : { correlationId }),
  };
}
