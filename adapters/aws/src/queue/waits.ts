import { days, table, type Environment, type QueuePort, type Schema, type Table } from '@portolan/kernel';

/** What a FIFO queue cannot note on a message that it keeps. */
export interface Wait {
  /** The id that SQS gave the message. */
  readonly id: string;
  /** Receipts that were no attempt: the handler asked for time, or a message before it failed. */
  readonly uncounted: number;
  /** Not to be delivered before; milliseconds since 1970. */
  readonly notBefore?: number;
}

/** Longer than SQS keeps any message. */
const lifeMs = days(15);

const anyWait: Schema<Wait> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as Wait }) },
};

/** The table that a FIFO queue is built on: one small item for each message that waits out of turn. */
export const waitsPort = (queue: QueuePort) => table(`${queue.name}-waits`, { item: anyWait, key: ['id'] });

/**
 * What is known of messages beyond what SQS tells. SQS counts every receipt, and changes nothing in a message that it
 * keeps; so the receipts that were no attempts, and waits of more than it can keep, are noted beside it. Nothing is read
 * for first deliveries and nothing written for those that succeed.
 */
export class Waits {
  readonly #table: Table<Wait, { readonly id: string }>;
  readonly #environment: Environment;

  constructor(waits: unknown, environment: Environment) {
    this.#table = waits as Table<Wait, { readonly id: string }>;
    this.#environment = environment;
  }

  async of(ids: readonly string[]): Promise<ReadonlyMap<string, Wait>> {
    if (ids.length === 0) return new Map();
    const stored = await this.#table.getMany(ids.map((id) => ({ id })));
    return new Map(stored.flatMap((one) => (one === undefined ? [] : [[one.item.id, one.item]])));
  }

  /** @throws {PortError} as the table does, when one of them could not be noted. */
  async note(waits: readonly Wait[]): Promise<void> {
    const expiresAt = this.#environment.clock.now() + lifeMs;
    for (const result of await this.#table.writeMany(waits.map((wait) => ({ put: wait, expiresAt }))))
      if (result.kind === 'failed') throw result.error;
  }
}
