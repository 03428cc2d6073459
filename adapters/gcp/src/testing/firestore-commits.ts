import { isDeepStrictEqual } from 'node:util';
import type { Value } from '../table/firestore-wire.ts';
import { deleteAt, getAt, parsePath, setAt, type MutableFields } from './firestore-paths.ts';
import type { FirestoreStore, StoredDocument } from './firestore-store.ts';
import { alreadyExists, invalidArgument, notFound, Refusal } from './rest-server.ts';

const maxDocumentBytes = 1_048_576;
const maxValueBytes = 1_048_487;

interface Write {
  readonly update?: { readonly name: string; readonly fields?: Readonly<Record<string, Value>> };
  readonly updateMask?: { readonly fieldPaths?: readonly string[] };
  readonly updateTransforms?: readonly {
    readonly fieldPath: string;
    readonly increment?: Value;
    readonly setToServerValue?: string | number;
  }[];
  readonly delete?: string;
  readonly currentDocument?: { readonly exists?: boolean; readonly updateTime?: string };
}

interface WriteResult {
  readonly updateTime?: string;
  readonly transformResults?: readonly Value[];
}

/** Commits, and transactions that fail when what they read has changed. */
export class FirestoreCommits {
  readonly #store: FirestoreStore;
  readonly #transactions = new Map<string, Map<string, string | undefined>>();
  #begun = 0;

  constructor(store: FirestoreStore) {
    this.#store = store;
  }

  begin(): string {
    const id = Buffer.from(`transaction ${this.#begun++}`).toString('base64');
    this.#transactions.set(id, new Map());
    return id;
  }

  rollback(transaction: string): void {
    if (!this.#transactions.delete(transaction)) throw invalidArgument('no such transaction');
  }

  /** Takes note of what a transaction has read. */
  sawIn(transaction: string | undefined, name: string, found: StoredDocument | undefined): void {
    if (transaction === undefined) return;
    const seen = this.#transactions.get(transaction);
    if (seen === undefined) throw invalidArgument('no such transaction');
    seen.set(name, found?.updateTime);
  }

  commit(
    writes: readonly Write[],
    transaction?: string,
  ): { readonly writeResults: WriteResult[]; readonly commitTime: string } {
    this.#checkReads(transaction);
    const commitTime = this.#store.tick();
    const drafts = new Map<string, StoredDocument | undefined>();
    const current = (name: string): StoredDocument | undefined =>
      drafts.has(name) ? drafts.get(name) : this.#store.get(name);
    const writeResults = writes.map((write): WriteResult => {
      const name = write.delete ?? write.update?.name;
      if (name === undefined) throw invalidArgument('a write names no document');
      checkName(name);
      const before = current(name);
      checkPrecondition(write.currentDocument, before, name);
      if (write.update === undefined) {
        drafts.set(name, undefined);
        return {};
      }
      const { document, transformResults } = written(write, before, commitTime);
      drafts.set(name, document);
      return { updateTime: document.updateTime, ...(transformResults.length === 0 ? {} : { transformResults }) };
    });
    for (const [name, document] of drafts) {
      if (document !== this.#store.get(name)) this.#store.put(name, document, commitTime);
    }
    return { writeResults, commitTime };
  }

  #checkReads(transaction: string | undefined): void {
    if (transaction === undefined) return;
    const seen = this.#transactions.get(transaction);
    if (seen === undefined) throw invalidArgument('The referenced transaction has expired or is no longer valid.');
    this.#transactions.delete(transaction);
    for (const [name, updateTime] of seen) {
      if (this.#store.get(name)?.updateTime !== updateTime)
        throw new Refusal(409, 'ABORTED', `Too much contention on these documents: ${name}`);
    }
  }
}

/** @see https://cloud.google.com/firestore/quotas#collections_documents_and_fields */
function checkName(name: string): void {
  const ids = name.split('/documents/')[1]?.split('/') ?? [];
  const fine = (id: string): boolean =>
    id !== '' && id !== '.' && id !== '..' && !/^__.*__$/.test(id) && Buffer.byteLength(id) <= 1_500;
  if (ids.length < 2 || ids.length % 2 !== 0 || !ids.every(fine))
    throw invalidArgument(`"${name}" is no name of a document`);
}

function checkPrecondition(
  precondition: Write['currentDocument'],
  before: StoredDocument | undefined,
  name: string,
): void {
  if (precondition?.exists === true && before === undefined) throw notFound(`No document to update: ${name}`);
  if (precondition?.exists === false && before !== undefined) throw alreadyExists(`Document already exists: ${name}`);
  if (precondition?.updateTime === undefined) return;
  if (Number.isNaN(Date.parse(precondition.updateTime))) throw invalidArgument('Invalid value at updateTime');
  if (before === undefined || nanosOf(precondition.updateTime) !== nanosOf(before.updateTime))
    throw new Refusal(400, 'FAILED_PRECONDITION', `the stored version of ${name} does not match the required one`);
}

/** Timestamps are one instant however many digits their fractions have. */
const nanosOf = (time: string): string => {
  const [, seconds = '', fraction = ''] = /^(.{19})(?:\.(\d+))?Z$/.exec(time) ?? [];
  return seconds + fraction.padEnd(9, '0');
};

function written(write: Write, before: StoredDocument | undefined, commitTime: string) {
  const { name, fields: given = {} } = write.update!;
  let fields: MutableFields;
  if (write.updateMask === undefined) fields = structuredClone(given) as MutableFields;
  else {
    fields = structuredClone(before?.fields ?? {}) as MutableFields;
    for (const text of write.updateMask.fieldPaths ?? []) {
      const path = parsePath(text);
      const value = getAt(given, path);
      if (value === undefined) deleteAt(fields, path);
      else setAt(fields, path, structuredClone(value));
    }
  }
  const transformResults = (write.updateTransforms ?? []).map((transform) => {
    const path = parsePath(transform.fieldPath);
    const value = transformed(getAt(fields, path), transform, commitTime);
    setAt(fields, path, value);
    return value;
  });
  checkSizes(name, fields);
  const unchanged = before !== undefined && isDeepStrictEqual(fields, before.fields);
  const document = unchanged
    ? before
    : { name, fields, createTime: before?.createTime ?? commitTime, updateTime: commitTime };
  return { document, transformResults };
}

function transformed(
  before: Value | undefined,
  { increment, setToServerValue }: NonNullable<Write['updateTransforms']>[number],
  commitTime: string,
): Value {
  if (setToServerValue === 'REQUEST_TIME' || setToServerValue === 1) return { timestampValue: commitTime };
  if (increment?.integerValue === undefined) throw invalidArgument('the double adds integers only');
  const base = before?.integerValue;
  // A sum beyond 64 bits stays at the limit; what is no number is replaced.
  const sum = BigInt(base ?? 0) + BigInt(increment.integerValue);
  const limit = 2n ** 63n;
  const within = sum >= limit ? limit - 1n : sum < -limit ? -limit : sum;
  return { integerValue: within.toString() };
}

function checkSizes(name: string, fields: MutableFields): void {
  const size = name.length + 16 + 32 + sizeOf({ mapValue: { fields } });
  if (size > maxDocumentBytes)
    throw invalidArgument(
      `Document '${name}' cannot be written because its size (${size} bytes) exceeds the maximum allowed size of ${maxDocumentBytes} bytes.`,
    );
  for (const [field, value] of Object.entries(fields)) {
    if (sizeOf(value) > maxValueBytes)
      throw invalidArgument(`The value of property "${field}" is longer than ${maxValueBytes} bytes.`);
  }
}

/** @see https://cloud.google.com/firestore/docs/storage-size */
function sizeOf(value: Value): number {
  if (value.stringValue !== undefined) return Buffer.byteLength(value.stringValue) + 1;
  const entries = Object.entries(value.mapValue?.fields ?? {});
  if (value.mapValue === undefined) return 8;
  return entries.reduce((sum, [field, inner]) => sum + Buffer.byteLength(field) + 1 + sizeOf(inner), 0);
}
