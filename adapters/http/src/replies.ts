import { utf8Bytes, type Reply, type ReplyKind } from '@portolan/kernel';
import type { HttpResponse } from './message.ts';
import { problemResponse } from './problems.ts';

/** The status of each kind of success. */
export const replyStatuses: Readonly<Record<ReplyKind, number>> = { ok: 200, created: 201, accepted: 202, empty: 204 };

/**
 * A reply as a response.
 *
 * @param base - Path that the reply's `location` lies below.
 */
export function replyResponse(reply: Reply, base: string): HttpResponse {
  if (reply.kind === 'problem') return problemResponse(reply.problem, reply);
  const headers: Record<string, string> = {};
  if (reply.location !== undefined) headers['location'] = locationOf(base, reply.location);
  if (reply.kind === 'empty') return { status: replyStatuses.empty, headers };
  headers['content-type'] = 'application/json';
  return { status: replyStatuses[reply.kind], headers, body: JSON.stringify(reply.body ?? null) };
}

/** The answer to `HEAD`: what `GET` would say, without saying it. */
export function withoutBody({ status, headers, body }: HttpResponse): HttpResponse {
  if (body === undefined) return { status, headers };
  const sizeBytes = typeof body === 'string' ? utf8Bytes(body) : body.byteLength;
  return { status, headers: { ...headers, 'content-length': String(sizeBytes) } };
}

/** What a header cannot carry is percent-encoded; what is already encoded stays as it is. */
function locationOf(base: string, location: string): string {
  const path = `${base}${location.startsWith('/') ? '' : '/'}${location}`;
  return path.toWellFormed().replaceAll(/[^\x21-\x7e]/gu, encodeURIComponent);
}
