import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came. */
export interface StorageRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  /** Still percent-encoded, without the `?`. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface StorageAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: Buffer;
}

/** A refusal in the form of the Cloud Storage JSON API, which names no canonical code. */
export class StorageRefusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export const invalid = (message: string): StorageRefusal => new StorageRefusal(400, 'invalid', message);
export const missing = (message: string): StorageRefusal => new StorageRefusal(404, 'notFound', message);

export const answerJson = (value: unknown, status = 200): StorageAnswer => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8' },
  body: Buffer.from(JSON.stringify(value)),
});

/** @see https://cloud.google.com/storage/docs/json_api/v1/status-codes#error-response-format */
export function answerRefusal(error: unknown): StorageAnswer {
  const { code, reason, message } =
    error instanceof StorageRefusal
      ? error
      : new StorageRefusal(500, 'internalError', error instanceof Error ? (error.stack ?? '') : String(error));
  return answerJson({ error: { code, message, errors: [{ message, domain: 'global', reason }] } }, code);
}

/**
 * Of an answer, only the fields that were asked for.
 *
 * @param fields - `a,b(c,d)`. @see https://cloud.google.com/storage/docs/json_api#partial-response
 */
export function partOf(value: unknown, fields: string | null): unknown {
  if (fields === null || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => partOf(one, fields));
  const parts = fields.match(/[\w-]+(\((?:[^()]|\([^()]*\))*\))?/g) ?? [];
  const entries = parts.flatMap((part) => {
    const [, name = '', within] = /^([\w-]+)(?:\((.*)\))?$/.exec(part)!;
    const found = (value as Readonly<Record<string, unknown>>)[name];
    return found === undefined ? [] : [[name, partOf(found, within ?? null)] as const];
  });
  return Object.fromEntries(entries);
}
