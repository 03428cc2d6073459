import { days, table, type Carried, type Environment, type Schema, type Table } from '@portolan/kernel';

interface HeldRow {
  readonly id: string;
  readonly attempts: number;
  readonly notBefore: number;
}

const schema: Schema<HeldRow> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as HeldRow }) },
};

/** The table that knows how messages have fared that must keep their place. */
export const heldPort = (portName: string) => table(`${portName}-held`, { item: schema, key: ['id'] });

/** Longer than Pub/Sub keeps any message. */
const keptMs = days(8);

/**
 * What became so far of messages that failed in an ordered queue. A copy would lose its place, so the message itself is
 * delivered again; and it cannot be changed.
 */
export class HeldMessages {
  readonly #rows: Table<HeldRow, Pick<HeldRow, 'id'>>;
  readonly #environment: Pick<Environment, 'clock'>;

  constructor(rows: unknown, environment: Pick<Environment, 'clock'>) {
    this.#rows = rows as Table<HeldRow, Pick<HeldRow, 'id'>>;
    this.#environment = environment;
  }

  /** The message as it has to be taken by now. */
  async recall(carried: Carried): Promise<Carried> {
    const held = await this.#rows.get({ id: carried.id });
    if (held === undefined) return carried;
    return { ...carried, attempts: held.item.attempts, notBefore: held.item.notBefore };
  }

  async hold({ id, attempts, notBefore = 0 }: Carried): Promise<void> {
    await this.#rows.put({ id, attempts, notBefore }, { expiresAt: this.#environment.clock.now() + keptMs });
  }
}
