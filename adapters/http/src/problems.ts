import type { FieldProblem, ProblemKind } from '@portolan/kernel';
import type { HttpResponse } from './message.ts';

/** What can go wrong: what operations say, and what HTTP itself refuses before an operation is reached. */
export type HttpProblemKind =
  ProblemKind | 'method-not-allowed' | 'unsupported-media-type' | 'misdirected' | 'internal';

/** One type of problem, as the reference lists it. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** Markdown: what it means and what to do. */
  readonly meaning: string;
}

/**
 * Every type of problem. Its stable `type` is `/problems/<kind>`, a URI reference below the host that answers; clients
 * branch on it, or on the status, and never on the text.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problemTypes: Readonly<Record<HttpProblemKind, ProblemType>> = {
  invalid: {
    status: 400,
    title: 'Invalid request',
    meaning: 'Something sent is malformed. `errors` names each field.',
  },
  unauthorized: { status: 401, title: 'Not authenticated', meaning: 'Send a valid bearer token.' },
  forbidden: { status: 403, title: 'Not allowed', meaning: 'This caller may not do this.' },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing here, or nothing that this caller may see.',
  },
  'method-not-allowed': { status: 405, title: 'Method not allowed', meaning: 'The header `Allow` lists the methods.' },
  conflict: { status: 409, title: 'Conflict', meaning: 'The present state does not permit this. Read it again first.' },
  gone: { status: 410, title: 'Gone', meaning: 'It existed, and will not come back.' },
  'too-large': { status: 413, title: 'Too large', meaning: 'Send less: a limit on size was passed.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'Send JSON, with `content-type: application/json`, in UTF-8 and not compressed.',
  },
  misdirected: { status: 421, title: 'Misdirected request', meaning: 'This server does not answer for that host.' },
  limited: { status: 429, title: 'Too many requests', meaning: 'Come back after `Retry-After` seconds.' },
  internal: { status: 500, title: 'Internal error', meaning: 'A fault of the service; it has been logged.' },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    meaning: 'It could not be finished just now. Try again after `Retry-After` seconds.',
  },
};

/** The `type` of a kind of problem. */
export const problemUri = (kind: HttpProblemKind): string => `/problems/${kind}`;

export interface ProblemDetails {
  readonly detail: string;
  readonly errors?: readonly FieldProblem[] | undefined;
  /** Whole seconds are sent, rounded up, at least 1. @default 1,000 for `limited` and `unavailable`, else none */
  readonly retryAfterMs?: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer of media type `application/problem+json`. */
export function problemResponse(kind: HttpProblemKind, details: ProblemDetails): HttpResponse {
  const { status, title } = problemTypes[kind];
  const headers: Record<string, string> = { 'content-type': 'application/problem+json', ...details.headers };
  const retryAfterMs = details.retryAfterMs ?? (kind === 'limited' || kind === 'unavailable' ? 1_000 : undefined);
  if (retryAfterMs !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1_000)));
  if (kind === 'unauthorized') headers['www-authenticate'] = 'Bearer';
  const errors = details.errors?.map((error) => ({ ...error, expected: readable(error.expected) }));
  const detail = readableDetail(details.detail, details.errors?.[0]);
  return { status, headers, body: JSON.stringify({ type: problemUri(kind), title, status, detail, errors }) };
}

/** Validators announce what they say ("Invalid input: expected string"); the problem already did that. */
function readable(expected: string): string {
  if (expected === 'Invalid input') return 'matches none of the accepted forms';
  return expected.replace(/^(?:Invalid \w+|Too (?:small|big)): (?=expected |must )/, '');
}

/** The kernel puts the first field's message into the detail. */
function readableDetail(detail: string, first: FieldProblem | undefined): string {
  const start = first === undefined ? '' : `${first.field}: ${first.expected}`;
  if (first === undefined || !detail.startsWith(start)) return detail;
  return `${first.field}: ${readable(first.expected)}${detail.slice(start.length)}`;
}
