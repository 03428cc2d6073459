import {
  packCarried,
  PortError,
  table,
  unpackCarried,
  type Buried,
  type Carried,
  type DeadLetter,
  type DeadLetterOptions,
  type Page,
  type Schema,
  type Table,
  sideBySide,
  type TablePort,
} from '@portolan/kernel';
import { createHash } from 'node:crypto';

/** A dead letter as a row; all of a port's lie in one partition. */
export interface DeadRow {
  readonly port: string;
  /** A hash of the message's id: buried twice, it is one. */
  readonly id: string;
  /** Milliseconds since 1970, in 15 digits. */
  readonly deadAt: string;
  readonly carried: string;
  readonly attempts: number;
  readonly reason: string;
}

const schema: Schema<DeadRow> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as DeadRow }) },
};

/** The table that keeps the dead letters of a port whose engine has no place for them. */
export const deadLetterPort = (portName: string) =>
  table(`${portName}-dead`, { item: schema, key: ['port', 'id'], indexes: { byDeath: ['port', 'deadAt'] } });

const movedAtOnce = 10;

/** Dead letters in a table, the oldest first. */
export class DeadLetters {
  readonly #subject: string;
  readonly #portName: string;
  readonly #rows: Table<DeadRow, Pick<DeadRow, 'port' | 'id'>, 'byDeath'>;

  constructor(port: Pick<TablePort, 'name'> & { readonly kind: string }, rows: unknown) {
    this.#subject = `${port.kind} "${port.name}"`;
    this.#portName = port.name;
    this.#rows = rows as Table<DeadRow, Pick<DeadRow, 'port' | 'id'>, 'byDeath'>;
  }

  async bury({ carried, attempts, reason, deadAt }: Buried): Promise<void> {
    await this.#rows.put({
      port: this.#portName,
      id: createHash('sha256').update(`${carried.at} ${carried.id}`).digest('hex'),
      deadAt: String(deadAt).padStart(15, '0'),
      carried: packCarried(carried),
      attempts,
      reason,
    });
  }

  async page({ limit = 100, cursor }: DeadLetterOptions = {}): Promise<Page<DeadLetter<never>>> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new PortError('invalid', `${this.#subject}: limit must be an integer from 1 to 100, not ${limit}`);
    const page = await this.#rows.query({
      partition: this.#portName,
      index: 'byDeath',
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    });
    return {
      items: page.items.map(({ item }) => letterOf(item)),
      ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
    };
  }

  /**
   * Takes out up to `limit` of them, the oldest first.
   *
   * @param send - Sends one back; it is taken out once that has resolved. Each may be sent twice when a process ends.
   * @returns How many were.
   */
  async moveOut(limit: number, send: (carried: Carried) => Promise<void>): Promise<number> {
    let moved = 0;
    while (moved < limit) {
      const { items } = await this.#rows.query({
        partition: this.#portName,
        index: 'byDeath',
        limit: Math.min(100, limit - moved),
      });
      if (items.length === 0) break;
      await sideBySide(items, movedAtOnce, async ({ item: { port, id, carried }, version }) => {
        await send(carriedOf(carried));
        await this.#rows.delete({ port, id }, { condition: { version } });
      });
      moved += items.length;
    }
    return moved;
  }
}

function letterOf({ carried: text, attempts, reason, deadAt }: DeadRow): DeadLetter<never> {
  const { id, message } = carriedOf(text);
  return { id, message: message as never, attempts, reason, deadAt: Number(deadAt) };
}

function carriedOf(text: string): Carried {
  const carried = unpackCarried(text);
  if (carried === undefined) throw new PortError('corrupted', 'a dead letter does not hold a message');
  return carried;
}
