import { utf8Bytes } from '@portolan/kernel';
import { describeJsonFault, findJsonFault } from './json-fault.ts';
import type { HttpRequest, HttpResponse } from './message.ts';
import { problemResponse } from './problems.ts';

export type BodyRead =
  { readonly kind: 'read'; readonly value: unknown } | { readonly kind: 'refused'; readonly response: HttpResponse };

/** Arrays and objects inside each other, at most, so that no schema that recurs runs out of stack. */
export const maxJsonDepth = 64;

/** Reads a JSON body, or says why not. An empty body reads as `undefined`, which the schema judges. */
export function readJsonBody(request: Pick<HttpRequest, 'headers' | 'body'>, maxBodyBytes: number): BodyRead {
  const { body, headers } = request;
  if (body === undefined || body.length === 0) return { kind: 'read', value: undefined };
  const sizeBytes = typeof body === 'string' ? utf8Bytes(body) : body.byteLength;
  if (sizeBytes > maxBodyBytes) return { kind: 'refused', response: tooLarge(maxBodyBytes) };
  const mediaFault = mediaFaultOf(headers);
  if (mediaFault !== undefined) {
    return { kind: 'refused', response: problemResponse('unsupported-media-type', { detail: mediaFault }) };
  }
  const text = decodeText(body);
  if (text === undefined) return malformed('The body is not UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed(`The body is not JSON: ${describeJsonFault(text, findJsonFault(text))}.`);
  }
  const unsafe = unsafePath(value, 0);
  return unsafe === undefined ? { kind: 'read', value } : malformed(unsafe);
}

export function tooLarge(maxBodyBytes: number): HttpResponse {
  return problemResponse('too-large', { detail: `The body may have ${maxBodyBytes} bytes at most.` });
}

function malformed(detail: string): BodyRead {
  const errors = [{ field: 'body', expected: 'a JSON document in UTF-8' }];
  return { kind: 'refused', response: problemResponse('invalid', { detail, errors }) };
}

const jsonType = /^application\/(?:json|[a-z0-9!#$&^_.+-]+\+json)\s*(?:;\s*(.*))?$/i;

/** A body without a type is refused too: a page of another site could send one without the browser asking first. */
function mediaFaultOf(headers: HttpRequest['headers']): string | undefined {
  const type = headers['content-type'];
  if (type === 'application/json' && headers['content-encoding'] === undefined) return undefined;
  if (type === undefined) return 'The body has no content-type; send application/json.';
  const match = jsonType.exec(type);
  if (match === null) return `The body is ${JSON.stringify(type.slice(0, 100))}; send application/json.`;
  const charset = /(?:^|;)\s*charset\s*=\s*"?([^";\s]*)/i.exec(match[1] ?? '')?.[1];
  if (charset !== undefined && !/^(?:utf-?8|us-ascii)$/i.test(charset)) return 'The body must be in UTF-8.';
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') return 'The body must not be compressed.';
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeText(body: Uint8Array | string): string | undefined {
  if (typeof body === 'string') return body.startsWith('\uFEFF') ? body.slice(1) : body;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}

/** Why a parsed body is not handed on, or undefined. The depth bounds the recursion here as well. */
function unsafePath(value: unknown, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === maxJsonDepth) return `The body is nested deeper than ${maxJsonDepth} levels.`;
  if (Array.isArray(value)) {
    for (const item of value) {
      const unsafe = unsafePath(item, depth + 1);
      if (unsafe !== undefined) return unsafe;
    }
    return undefined;
  }
  for (const key in value) {
    // JSON.parse makes it an ordinary field, but whatever copies fields later would change a prototype with it.
    if (key === '__proto__') return 'The body has a field "__proto__", which is not accepted.';
    const unsafe = unsafePath((value as Record<string, unknown>)[key], depth + 1);
    if (unsafe !== undefined) return unsafe;
  }
  return undefined;
}
