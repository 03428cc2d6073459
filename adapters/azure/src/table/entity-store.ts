import type { TableClient, TransactionAction } from '@azure/data-tables';
import { PortError } from '@portolan/kernel';
import { portErrorOf, serviceCodeOf, statusOf } from '../errors/port-error-of.ts';
import { entityOf, slotProperties, type Address, type Raw } from './entity.ts';
import type { Step } from './steps.ts';

/** What became of operations: done, with their new ETags; or not one of them, as another ground was met. */
export type Outcome =
  { readonly kind: 'done'; readonly etags: readonly (string | undefined)[] } | { readonly kind: 'lost' };

export interface RawPage {
  readonly entities: readonly Raw[];
  /** Whether there may be more behind the last of them. */
  readonly more: boolean;
}

/** One table of the storage account, with its errors as those of a port. */
export class EntityStore {
  readonly #client: TableClient;
  readonly #what: string;

  /** @param what - For messages, `table "tasks"`. */
  constructor(client: TableClient, what: string) {
    this.#client = client;
    this.#what = what;
  }

  /** @param slotOnly - Leaves the item itself out. */
  async read({ partitionKey, rowKey }: Address, slotOnly = false): Promise<Raw | undefined> {
    try {
      const options = slotOnly ? { queryOptions: { select: [...slotProperties] } } : {};
      return await this.#client.getEntity<Raw>(partitionKey, rowKey, options);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw portErrorOf(error, this.#what);
    }
  }

  /** Pages of the entities that a filter of OData finds, in the order of their keys. */
  async *pages(filter: string, pageSize: number, select?: readonly string[]): AsyncIterable<RawPage> {
    const queryOptions = { filter, ...(select === undefined ? {} : { select: [...select] }) };
    try {
      for await (const page of this.#client.listEntities<Raw>({ queryOptions }).byPage({ maxPageSize: pageSize }))
        yield { entities: page, more: page.continuationToken !== undefined };
    } catch (error) {
      throw portErrorOf(error, this.#what);
    }
  }

  /** Does one step. */
  async perform(step: Step): Promise<Outcome> {
    try {
      return { kind: 'done', etags: [await this.#one(step)] };
    } catch (error) {
      // What is removed whatever it is may as well not be there.
      if (step.kind === 'remove' && step.etag === '*' && isMissing(error)) return { kind: 'done', etags: [undefined] };
      return this.#lostOr(error);
    }
  }

  async #one(step: Step): Promise<string | undefined> {
    const { partitionKey, rowKey } = step.address;
    switch (step.kind) {
      case 'insert':
        return (await this.#client.createEntity(entityOf(step.address, step.draft, step.places))).etag;
      case 'overwrite':
        return (await this.#client.upsertEntity(entityOf(step.address, step.draft, step.places), 'Replace')).etag;
      case 'replace': {
        const entity = entityOf(step.address, step.draft, step.places);
        return (await this.#client.updateEntity(entity, 'Replace', { etag: step.etag })).etag;
      }
      case 'touch':
        return (await this.#client.updateEntity({ partitionKey, rowKey }, 'Merge', { etag: step.etag })).etag;
      case 'remove':
        await this.#client.deleteEntity(partitionKey, rowKey, { etag: step.etag });
        return undefined;
      case 'nothing':
        return undefined;
    }
  }

  /** Does all of the steps, in one partition, or none. */
  async performAll(steps: readonly Step[]): Promise<Outcome> {
    if (steps.length === 0) return { kind: 'done', etags: [] };
    try {
      const { subResponses } = await this.#client.submitTransaction(steps.map(actionOf));
      return { kind: 'done', etags: subResponses.map(({ etag }) => etag) };
    } catch (error) {
      return this.#lostOr(error);
    }
  }

  /** Puts rows of an index there, in one partition; again, where they are there already. */
  async putAll(rows: readonly (Address & Readonly<Record<string, string>>)[]): Promise<void> {
    try {
      if (rows.length === 1) await this.#client.upsertEntity(rows[0]!, 'Replace');
      else await this.#client.submitTransaction(rows.map((row) => ['upsert', row, 'Replace']));
    } catch (error) {
      throw portErrorOf(error, this.#what);
    }
  }

  #lostOr(error: unknown): Outcome {
    if (isMissing(error) || preconditions.has(statusOf(error) ?? 0)) return { kind: 'lost' };
    throw portErrorOf(error, this.#what);
  }
}

/** 409: it is there already; 412: its ETag is another. */
const preconditions: ReadonlySet<number> = new Set([409, 412]);

/** Whether the entity is missing; a table that is missing is another matter. */
function isMissing(error: unknown): boolean {
  return statusOf(error) === 404 && serviceCodeOf(error) !== 'TableNotFound';
}

function actionOf(step: Step): TransactionAction {
  const { address } = step;
  switch (step.kind) {
    case 'insert':
      return ['create', entityOf(address, step.draft, step.places)];
    case 'overwrite':
      return ['upsert', entityOf(address, step.draft, step.places), 'Replace'];
    case 'replace':
      return ['update', entityOf(address, step.draft, step.places), 'Replace', { etag: step.etag }];
    case 'touch':
      return ['update', { ...address }, 'Merge', { etag: step.etag }];
    default:
      throw new PortError('internal', `${step.kind} is no part of a transaction`);
  }
}
