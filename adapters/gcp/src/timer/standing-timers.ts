import { table, type Schema, type Table } from '@portolan/kernel';
import { createHash, randomUUID } from 'node:crypto';

interface StandingRow {
  readonly id: string;
  /** Milliseconds since 1970, in decimal. */
  readonly at: string;
  /** The name of its first task. Another for each time that it is set anew. */
  readonly task: string;
}

const schema: Schema<StandingRow> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as StandingRow }) },
};

/** The table of timers that stand. */
export const standingPort = (portName: string) => table(`${portName}-set`, { item: schema, key: ['id', 'at'] });

/** A timer that stands. */
export interface Standing {
  readonly task: string;
  readonly version: string;
}

/**
 * Which timers stand, by id and instant: from when they are set until they have been handled, are dead or are cancelled.
 * A task alone cannot tell: its name is blocked for an hour or more after it ran or was deleted, in which a timer could be
 * neither set anew after its cancellation, nor after a firing that found nothing to do.
 */
export class StandingTimers {
  readonly #rows: Table<StandingRow, Pick<StandingRow, 'id' | 'at'>>;

  constructor(rows: unknown) {
    this.#rows = rows as Table<StandingRow, Pick<StandingRow, 'id' | 'at'>>;
  }

  /** @returns The name of the timer's task: the one it has, where it stands. */
  async set(id: string, at: number): Promise<string> {
    // A hash, since tasks whose names begin alike are slow.
    const task = createHash('sha256').update(randomUUID()).digest('hex');
    const key = { id, at: String(at) };
    return this.#rows.update(key, (current) =>
      current === undefined ? { write: { ...key, task }, result: task } : { result: current.item.task },
    );
  }

  async get(id: string, at: number): Promise<Standing | undefined> {
    const stored = await this.#rows.get({ id, at: String(at) });
    return stored && { task: stored.item.task, version: stored.version };
  }

  /** Ends a timer, unless it has been set anew since it was looked up. */
  async end(id: string, at: number, { version }: Standing): Promise<void> {
    await this.#rows.delete({ id, at: String(at) }, { condition: { version } });
  }
}
