import { sideBySide } from '@portolan/kernel';
import type { GoogleRest } from '../clients/google-rest.ts';
import { googleFaultOfCode, hasStatus, type GoogleFault } from '../errors/google-fault.ts';
import type { Document, StructuredQuery, Write, Written } from './firestore-wire.ts';

/** Documents in one `batchGet`: a round number that keeps answers of the largest items in bounds; Firestore states none. */
const readsAtOnce = 100;
/** Writes in one `batchWrite`. @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents/batchWrite */
const maxBatchWrites = 500;
/** Bytes in one request; Firestore takes 10 MiB, its emulator 4 MiB. @see https://cloud.google.com/firestore/quotas#writes_and_transactions */
const maxRequestBytes = 3.5 * 1024 * 1024;
/** Requests of one call under way at once. */
const requestsAtOnce = 5;

/** The documents of one collection. What it throws is Google's, not yet a port's. */
export class Collection {
  readonly #rest: GoogleRest;
  readonly #documents: string;
  readonly id: string;

  /** @param database - `projects/p/databases/(default)` */
  constructor(rest: GoogleRest, database: string, id: string) {
    this.#rest = rest;
    this.#documents = `${database}/documents`;
    this.id = id;
  }

  /** @param id - No slash in it. */
  nameOf(id: string): string {
    return `${this.#documents}/${this.id}/${id}`;
  }

  /** @param readTime - As of when; an instant of a commit within the last hour. @default now */
  async read(name: string, readTime?: string): Promise<Document | undefined> {
    return (await this.#batchGet([name], readTime)).get(name);
  }

  /** By name; those that are missing are left out. */
  async readAll(names: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const parts = chunksBySize([...new Set(names)], readsAtOnce, () => 0);
    const found = await sideBySide(parts, requestsAtOnce, (part) => this.#batchGet(part));
    return new Map(found.flatMap((documents) => [...documents]));
  }

  async #batchGet(documents: readonly string[], readTime?: string): Promise<ReadonlyMap<string, Document>> {
    const answers = await this.#rest.call<readonly { readonly found?: Document }[]>({
      method: 'POST',
      path: `${this.#documents}:batchGet`,
      body: { documents, ...(readTime === undefined ? {} : { readTime }) },
      repeatable: true,
    });
    return new Map(answers.flatMap(({ found }) => (found === undefined ? [] : [[found.name, found] as const])));
  }

  /**
   * All of the writes, or none.
   *
   * @param repeatable - Doing it twice comes to the same: no preconditions, no increments.
   */
  async commit(
    writes: readonly Write[],
    repeatable: boolean,
  ): Promise<{ readonly writeResults: readonly Written[]; readonly commitTime: string }> {
    return this.#rest.call({ method: 'POST', path: `${this.#documents}:commit`, body: { writes }, repeatable });
  }

  /** Each write on its own, to distinct documents: its result, or why it was refused. */
  async batchWrite(writes: readonly Write[]): Promise<readonly (Written | GoogleFault)[]> {
    const parts = chunksBySize(writes, maxBatchWrites, (write) => Buffer.byteLength(JSON.stringify(write)));
    return (await sideBySide(parts, requestsAtOnce, (part) => this.#batchWrite(part))).flat();
  }

  async #batchWrite(writes: readonly Write[]): Promise<readonly (Written | GoogleFault)[]> {
    const repeatable = writes.every(({ currentDocument }) => currentDocument === undefined);
    const { writeResults = [], status = [] } = await this.#rest.call<{
      readonly writeResults?: readonly Written[];
      readonly status?: readonly { readonly code?: number; readonly message?: string }[];
    }>({ method: 'POST', path: `${this.#documents}:batchWrite`, body: { writes }, repeatable });
    return writes.map((_, index) => {
      const { code = 0, message = '' } = status[index] ?? {};
      return code === 0 ? (writeResults[index] ?? {}) : googleFaultOfCode(code, message);
    });
  }

  async query(structuredQuery: StructuredQuery): Promise<readonly Document[]> {
    const answers = await this.#rest.call<readonly { readonly document?: Document }[]>({
      method: 'POST',
      path: `${this.#documents}:runQuery`,
      body: { structuredQuery },
      repeatable: true,
    });
    return answers.flatMap(({ document }) => (document === undefined ? [] : [document]));
  }
}

/**
 * Whether a refusal says that a precondition was not met. For a document that is missing, Firestore says so in either of
 * two ways; a missing database is something else.
 */
export function isUnmet(error: unknown): boolean {
  if (hasStatus(error, 'ALREADY_EXISTS', 'FAILED_PRECONDITION')) return true;
  return hasStatus(error, 'NOT_FOUND') && !/\bdatabase\b/i.test(error.message);
}

/** Whether a refusal says that other writers were in the way: nothing was done, and may be tried again. */
export const isDisturbed = (error: unknown): boolean => hasStatus(error, 'ABORTED');

/** Cuts a list into parts of at most so many entries and bytes; a larger one stands alone. */
export function chunksBySize<T>(
  list: readonly T[],
  maxCount: number,
  bytesOf: (entry: T) => number,
  maxBytes = maxRequestBytes,
): T[][] {
  const parts: T[][] = [];
  let bytes = 0;
  for (const entry of list) {
    const size = bytesOf(entry);
    const last = parts.at(-1);
    if (last === undefined || last.length === maxCount || bytes + size > maxBytes) {
      parts.push([entry]);
      bytes = size;
    } else {
      last.push(entry);
      bytes += size;
    }
  }
  return parts;
}
