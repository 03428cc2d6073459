import { chunks, days, seconds, sideBySide, table, type Clock, type Schema, type Table } from '@portolan/kernel';

/** A connection that stands, or the lease of the instance that holds it. */
export interface PresenceRow {
  readonly id: string;
  /** Of a connection; none of a lease. */
  readonly groups: readonly string[];
}

const schema: Schema<PresenceRow> = {
  '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as PresenceRow }) },
};

/** The table that knows which connections stand, and on which instances. */
export const presencePort = (portName: string) => table(`${portName}-presence`, { item: schema, key: ['id'] });

/** How long an instance is taken to live after it has said so, in milliseconds. */
export const leaseMs = seconds(60);
/** How long a connection may last: Cloud Run ends it after an hour at most. Its row goes by itself then. */
export const maxConnectionMs = days(1);

/** Rows read in one call. */
const readAtOnce = 1_000;

/** The instance that a connection is held by, which its name tells; `undefined` for a name that none has given. */
export const instanceOf = (connection: string): string | undefined =>
  /^([0-9a-z]{1,60})\.[0-9a-z]{1,60}$/.exec(connection)?.[1];

/**
 * Which connections stand, for those who push from elsewhere. A connection is written down by its instance before its
 * client is let in, and removed when it ends; an instance that has ended without a word is known by its lease, and its
 * connections with it.
 */
export class Presence {
  readonly #rows: Table<PresenceRow, Pick<PresenceRow, 'id'>>;
  readonly #clock: Clock;

  constructor(rows: unknown, clock: Clock) {
    this.#rows = rows as Table<PresenceRow, Pick<PresenceRow, 'id'>>;
    this.#clock = clock;
  }

  /** Says that an instance lives. @returns Until when it will be believed; milliseconds since 1970. */
  async renew(instance: string): Promise<number> {
    const expiresAt = this.#clock.now() + leaseMs;
    await this.#rows.put({ id: instance, groups: [] }, { expiresAt });
    return expiresAt;
  }

  async enter(connection: string, groups: readonly string[]): Promise<void> {
    await this.#rows.put(
      { id: connection, groups: [...new Set(groups)] },
      { expiresAt: this.#clock.now() + maxConnectionMs },
    );
  }

  /** Removes a connection, or the lease of an instance. */
  async leave(id: string): Promise<void> {
    await this.#rows.delete({ id });
  }

  /** The groups of a connection; `undefined` where it has ended, or its instance has. */
  async groupsOf(connection: string): Promise<readonly string[] | undefined> {
    const instance = instanceOf(connection);
    if (instance === undefined) return undefined;
    const [row, lease] = await this.#rows.getMany([{ id: connection }, { id: instance }]);
    if (row === undefined) return undefined;
    if (lease !== undefined) return row.item.groups;
    await this.leave(connection);
    return undefined;
  }

  /** Writes down what groups a connection is in, if it still stands. */
  async regroup(connection: string, change: (groups: Set<string>) => void): Promise<void> {
    await this.#rows.update({ id: connection }, (current) => {
      if (current === undefined) return { result: undefined };
      const groups = new Set(current.item.groups);
      change(groups);
      const expiresAt = current.expiresAt ?? this.#clock.now() + maxConnectionMs;
      return { write: { id: connection, groups: [...groups] }, expiresAt, result: undefined };
    });
  }

  /** Those of the connections that others take for ended. */
  async missing(connections: readonly string[]): Promise<readonly string[]> {
    const found = await sideBySide(chunks(connections, readAtOnce), 1, (some) =>
      this.#rows.getMany(some.map((id) => ({ id }))),
    );
    const rows = found.flat();
    return connections.filter((_, index) => rows[index] === undefined);
  }
}
