import {
  accepted,
  bindFunction,
  created,
  empty,
  http,
  noDeadline,
  ok,
  operation,
  problem,
  PortError,
  service,
  type Environment,
  type LogFields,
  type OperationCall,
  type ProblemKind,
} from '@portolan/kernel';
import * as z from 'zod';
import { httpApi, type HttpApi, type HttpApiOptions } from '../http-api.ts';
import type { HttpRequest, HttpResponse } from '../message.ts';
import type { Mount } from '../routes.ts';

/** An operation for everything that HTTP can say, to test hosts with. */
const Parcel = z
  .object({
    id: z.string().meta({ description: 'Chosen by the sender.' }),
    weightGrams: z.int().min(1).default(1),
    tags: z.array(z.string()).max(3),
    at: z.iso.datetime(),
  })
  .meta({
    id: 'Parcel',
    description: 'A parcel.',
    examples: [{ id: 'a', weightGrams: 5, tags: [], at: '2026-01-01T00:00:00Z' }],
  });

const Folder = z.object({
  name: z.string(),
  get folders() {
    return z.array(Folder).optional();
  },
});

const kinds = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not-found',
  'conflict',
  'gone',
  'too-large',
  'limited',
  'unavailable',
] as const;

const operations = {
  listParcels: operation({
    method: 'GET',
    path: '/parcels',
    summary: 'Lists parcels',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(10).meta({ description: 'Parcels on one page.' }),
      after: z.string().optional(),
    }),
    replies: { ok: z.object({ limit: z.number(), after: z.string().nullable() }) },
  }),
  createParcel: operation({
    method: 'POST',
    path: '/parcels',
    summary: 'Makes a parcel',
    description: 'With _markdown_.',
    body: Parcel,
    replies: { created: Parcel },
    problems: ['conflict'],
    maxBodyBytes: 1_000,
  }),
  getParcel: operation({
    method: 'GET',
    path: '/parcels/{id}',
    summary: 'Reads a parcel',
    params: z.object({ id: z.string() }),
    replies: { ok: z.object({ id: z.string() }) },
    problems: ['not-found'],
  }),
  deleteParcel: operation({
    method: 'DELETE',
    path: '/parcels/{id}',
    summary: 'Deletes a parcel',
    params: z.object({ id: z.string() }),
    replies: { empty: z.undefined() },
  }),
  searchParcels: operation({
    method: 'POST',
    path: '/parcels/search',
    summary: 'Searches',
    body: Folder,
    replies: { accepted: Folder },
  }),
  getStop: operation({
    method: 'GET',
    path: '/parcels/{id}/stops/{stop}',
    summary: 'Reads a stop',
    params: z.object({ id: z.string(), stop: z.string() }),
    replies: { ok: z.object({ id: z.string(), stop: z.string() }) },
  }),
  refuse: operation({
    method: 'POST',
    path: '/refusals/{kind}',
    summary: 'Answers a problem',
    params: z.object({ kind: z.enum(kinds) }),
    replies: { empty: z.undefined() },
    problems: kinds.filter((kind) => kind !== 'invalid' && kind !== 'too-large' && kind !== 'unavailable'),
  }),
  breakDown: operation({
    method: 'POST',
    path: '/faults/{fault}',
    summary: 'Fails',
    params: z.object({ fault: z.string() }),
    replies: { ok: z.object({ fine: z.boolean() }) },
  }),
} as const;

export const sample = service(
  'parcel-post',
  {},
  {
    api: http(
      '/parcel/v1',
      operations,
      {},
      {
        listParcels: async ({ query }) => ok({ limit: query.limit, after: query.after ?? null }),
        createParcel: async ({ body }) => created(body, `/parcels/${encodeURIComponent(body.id)}`),
        getParcel: async ({ params }) => ok({ id: params.id }),
        deleteParcel: async () => empty(),
        searchParcels: async ({ body }) => accepted(body),
        getStop: async ({ params }) => ok(params),
        refuse: async ({ params }) =>
          problem(params.kind as Exclude<ProblemKind, never>, `refused as ${params.kind}`, {
            ...(params.kind === 'limited' ? { retryAfterMs: 1_500 } : {}),
          }),
        breakDown: async ({ params }) => {
          if (params.fault === 'wrong-reply') return ok({ fine: 'no' as unknown as boolean });
          if (params.fault === 'cycle') {
            const cycle: Record<string, unknown> = {};
            cycle['self'] = cycle;
            return ok(cycle as never);
          }
          if (params.fault === 'throttled') throw new PortError('throttled', 'table "parcels" asks for a slower pace');
          if (params.fault === 'corrupted') throw new PortError('corrupted', 'secret internals');
          throw new Error('secret internals');
        },
      },
    ),
  },
);

export interface SampleHost {
  readonly api: HttpApi;
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[];
  readonly calls: OperationCall[];
  send(request: Partial<HttpRequest> & Pick<HttpRequest, 'method' | 'path'>): Promise<HttpResponse>;
}

/** The sample service behind an API, with what it logged and was called with. */
export function sampleHost(options: Partial<HttpApiOptions> = {}): SampleHost {
  const logged: { message: string; fields: LogFields | undefined }[] = [];
  const calls: OperationCall[] = [];
  const log = (message: string, fields?: LogFields): void => void logged.push({ message, fields });
  let draws = 0;
  const environment: Environment = {
    clock: { now: () => 1_767_225_600_000 },
    ids: { next: () => '0'.repeat(26) },
    random: { next: () => (draws++ * 0.618) % 1 },
    log: { debug: log, info: log, warn: log, error: log },
    deadline: () => noDeadline,
  };
  const bound = bindFunction(sample.functions.api, {}, environment);
  const mount: Mount = {
    service: sample,
    call(_functionName, operationName, call) {
      calls.push(call);
      return bound.call(operationName, call);
    },
  };
  const api = httpApi([mount], { environment, checkReplies: true, ...options });
  return { api, logged, calls, send: (request) => api.handle({ query: '', headers: {}, ...request }) };
}

/** The JSON of an answer. */
export const jsonOf = (response: HttpResponse): Record<string, unknown> => JSON.parse(String(response.body)) as never;

export const jsonRequest = (method: string, path: string, body: unknown) => ({
  method,
  path,
  headers: { 'content-type': 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
