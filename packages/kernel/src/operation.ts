import type { Schema } from './schema.ts';
import { kibibytes } from './units.ts';

/**
 * One operation of an HTTP API: what it takes and what it may answer, without routing, status codes or a server.
 * Hosts turn kinds of replies and problems into statuses; the domain never names one.
 */
export interface Operation<
  Params = unknown,
  Query = unknown,
  Body = unknown,
  Replies extends ReplySchemas = ReplySchemas,
  Problem extends ProblemKind = ProblemKind,
> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/tasks/{id}`: each `{name}` is a field of `params` and matches one path segment. */
  readonly path: string;
  /** One line, for the list of operations. */
  readonly summary: string;
  /** Markdown, for the reference. */
  readonly description?: string;
  readonly params?: Schema<Params>;
  /** Every value arrives as a string; the schema turns it into what it means. Unknown names are refused. */
  readonly query?: Schema<Query>;
  /** A JSON body. Without it, a body is not read. */
  readonly body?: Schema<Body>;
  readonly replies: Replies;
  /** Problems this operation may answer besides `invalid`, `too-large` and `unavailable`, which any may. */
  readonly problems: readonly Problem[];
  /** @default 256 KiB */
  readonly maxBodyBytes: number;
}

/** Kinds of success: done; made something new; will be done; done, nothing to show. */
export type ReplyKind = 'ok' | 'created' | 'accepted' | 'empty';
export type ReplySchemas = { readonly [K in ReplyKind]?: Schema<unknown> };

/** Kinds of refusal, closed: each host knows how to say each of them. */
export const problemKinds = [
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
export type ProblemKind = (typeof problemKinds)[number];

/** What was wrong with one field of the input. */
export interface FieldProblem {
  /** Where: `body.tasks.3.at`, `query.limit`, `params.id`. */
  readonly field: string;
  /** What was given; absent where nothing was. */
  readonly value?: unknown;
  /** What was expected, as a sentence or a phrase. */
  readonly expected: string;
}

export interface Problem<Kind extends ProblemKind = ProblemKind> {
  readonly kind: 'problem';
  readonly problem: Kind;
  /** A sentence for a person: what happened and what to do about it. */
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
  /** When to come back, in milliseconds. */
  readonly retryAfterMs?: number;
}

export function problem<const Kind extends ProblemKind>(
  kind: Kind,
  detail: string,
  more?: { readonly errors?: readonly FieldProblem[]; readonly retryAfterMs?: number },
): Problem<Kind> {
  return { kind: 'problem', problem: kind, detail, ...more };
}

/** Done. */
export const ok = <Body>(body: Body) => ({ kind: 'ok', body }) as const;
/** Made something new, which stands at `location` (a path below the service's base). */
export const created = <Body>(body: Body, location?: string) =>
  ({ kind: 'created', body, ...(location === undefined ? {} : { location }) }) as const;
/** Will be done. */
export const accepted = <Body>(body: Body) => ({ kind: 'accepted', body }) as const;
/** Done, with nothing to show. */
export const empty = () => ({ kind: 'empty' }) as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any operation whatever
export type AnyOperation = Operation<any, any, any, any, any>;
export type Operations = Readonly<Record<string, AnyOperation>>;

/** What a handler is given: the parsed parts of the request that the operation declares. */
export type InputOf<Op> =
  Op extends Operation<infer Params, infer Query, infer Body, infer _Replies, infer _Problem>
    ? { readonly params: Params; readonly query: Query; readonly body: Body }
    : never;

/** What a handler may answer. */
export type ReplyOf<Op> =
  Op extends Operation<infer _Params, infer _Query, infer _Body, infer Replies, infer Kind>
    ? SuccessOf<Replies> | Problem<Kind | 'invalid' | 'too-large' | 'unavailable'>
    : never;

type SuccessOf<Replies> = {
  [K in keyof Replies]: Replies[K] extends Schema<infer Body>
    ? K extends 'empty'
      ? { readonly kind: 'empty' }
      : { readonly kind: K; readonly body: Body; readonly location?: string }
    : never;
}[keyof Replies];

/** Any reply, once types are forgotten. */
export type Reply = { readonly kind: ReplyKind; readonly body?: unknown; readonly location?: string } | Problem;

/** Declares an operation. */
export function operation<
  const Replies extends ReplySchemas,
  Params = undefined,
  Query = undefined,
  Body = undefined,
  const Kind extends ProblemKind = never,
>(
  declaration: Omit<Operation<Params, Query, Body, Replies, Kind>, 'maxBodyBytes' | 'problems'> & {
    readonly problems?: readonly Kind[];
    readonly maxBodyBytes?: number;
  },
): Operation<Params, Query, Body, Replies, Kind> {
  return { problems: [], maxBodyBytes: kibibytes(256), ...declaration };
}
