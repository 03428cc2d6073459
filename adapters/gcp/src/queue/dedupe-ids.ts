import { dedupeWindowMs, table, type Environment, type Schema, type Table } from '@portolan/kernel';
import { createHash, randomUUID } from 'node:crypto';

interface IdRow {
  readonly id: string;
  /** Of the task that was, or is to be, created for it. */
  readonly task: string;
}

const schema: Schema<IdRow> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as IdRow }) },
};

/** The table that remembers dedupe ids. */
export const dedupePort = (portName: string) => table(`${portName}-ids`, { item: schema, key: ['id'] });

/**
 * Dedupe ids of the last 5 minutes, each with the name of its task. The name alone would not do: Cloud Tasks remembers one
 * for about an hour after the task has run, and promises no end to it.
 */
export class DedupeIds {
  readonly #rows: Table<IdRow, Pick<IdRow, 'id'>>;
  readonly #environment: Pick<Environment, 'clock'>;

  constructor(rows: unknown, environment: Pick<Environment, 'clock'>) {
    this.#rows = rows as Table<IdRow, Pick<IdRow, 'id'>>;
    this.#environment = environment;
  }

  /**
   * The name of the task for an id: the same for 5 minutes. A hash, since names that begin alike are slow.
   *
   * @see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create
   */
  async taskNameOf(id: string): Promise<string> {
    const task = createHash('sha256').update(randomUUID()).digest('hex');
    return this.#rows.update({ id }, (current) => {
      if (current !== undefined) return { result: current.item.task };
      return { write: { id, task }, expiresAt: this.#environment.clock.now() + dedupeWindowMs, result: task };
    });
  }
}
