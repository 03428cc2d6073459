import { FirestoreCommits } from './firestore-commits.ts';
import { runStructuredQuery } from './firestore-queries.ts';
import { FirestoreStore, shown } from './firestore-store.ts';
import { invalidArgument, notFound, Refusal, type RestRequest } from './rest-server.ts';

/** Codes of gRPC, as the parts of a batch tell them. */
const grpcCodes: Readonly<Record<string, number>> = {
  INVALID_ARGUMENT: 3,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
};

/**
 * The documents part of Firestore's REST API, as its documentation tells it: commits with preconditions, masks and
 * transforms, batches, transactions with optimistic concurrency, reads as of an instant, structured queries, and which
 * fields are exempt from indexes. Each request is done as a whole before the next.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.documents
 */
export class FirestoreDouble {
  readonly #store = new FirestoreStore();
  readonly #commits = new FirestoreCommits(this.#store);
  /** `collection/field`, exempt from indexes. */
  readonly #exempt = new Set<string>();

  answer({ method, path, body }: RestRequest): unknown {
    const field = /\/collectionGroups\/([^/]+)\/fields\/([^/]+)$/.exec(path);
    if (field !== null && method === 'PATCH') return this.#configure(field[1]!, field[2]!, body);
    const [, parent = '', verb = ''] =
      /^(projects\/[^/]+\/databases\/[^/]+\/documents)(?:\/.+)?:(\w+)$/.exec(path) ?? [];
    switch (verb) {
      case 'commit':
        return this.#commits.commit(body.writes ?? [], body.transaction);
      case 'batchWrite':
        return this.#batchWrite(body.writes ?? []);
      case 'batchGet':
        return this.#batchGet(body);
      case 'beginTransaction':
        return { transaction: this.#commits.begin() };
      case 'rollback':
        return this.#commits.rollback(body.transaction);
      case 'runQuery':
        return this.#runQuery(parent, body);
      default:
        throw notFound(`no method at ${method} ${path}`);
    }
  }

  #configure(
    collection: string,
    field: string,
    body: { readonly indexConfig?: { readonly indexes?: readonly unknown[] } },
  ) {
    if (body.indexConfig?.indexes?.length === 0) this.#exempt.add(`${collection}/${field}`);
    return { done: true };
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls
  #batchGet(body: any): unknown {
    const transaction = body.newTransaction === undefined ? body.transaction : this.#commits.begin();
    const readTime = body.readTime ?? this.#store.now();
    const answers = (body.documents as readonly string[]).map((name) => {
      const found = this.#store.at(name, body.readTime);
      this.#commits.sawIn(transaction, name, found);
      return found === undefined ? { missing: name, readTime } : { found: shown(found), readTime };
    });
    return body.newTransaction === undefined ? answers : [{ transaction }, ...answers];
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls
  #batchWrite(writes: readonly any[]): unknown {
    if (writes.length > 500) throw invalidArgument(`${writes.length} writes in one batch; at most 500 are allowed`);
    const names = writes.map((write) => write.delete ?? write.update?.name);
    if (new Set(names).size < names.length) throw invalidArgument('a batch writes a document twice');
    const writeResults: unknown[] = [];
    const status: unknown[] = [];
    for (const write of writes) {
      try {
        const done = this.#commits.commit([write]);
        writeResults.push(done.writeResults[0]);
        status.push({});
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        writeResults.push({});
        status.push({ code: grpcCodes[error.status] ?? 2, message: error.message });
      }
    }
    return { writeResults, status };
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- JSON of whoever calls
  #runQuery(parent: string, body: any): unknown {
    const readTime = this.#store.now();
    const found = runStructuredQuery(this.#store.all(), parent, body.structuredQuery, (collection, path) => {
      const top = path.split('.')[0]!;
      if (this.#exempt.has(`${collection}/${top}`))
        throw new Refusal(400, 'FAILED_PRECONDITION', `The query requires an index on ${path} of ${collection}.`);
    });
    for (const document of found) this.#commits.sawIn(body.transaction, document.name, document);
    return found.length === 0 ? [{ readTime }] : found.map((document) => ({ document: shown(document), readTime }));
  }
}
