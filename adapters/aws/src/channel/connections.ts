import {
  checkGroupCount,
  hours,
  minutes,
  table,
  type ChannelPort,
  type Environment,
  type Schema,
  type Table,
} from '@portolan/kernel';

/**
 * A row of the table behind a channel. Under the connection itself there is one, with all of its groups; under each group
 * one for each of its connections, to page through.
 */
interface ConnectionRow {
  /** `connection <id>` or `group <name>` */
  readonly place: string;
  /** {@link self}, or the connection. */
  readonly member: string;
  /** When the connection was made; milliseconds since 1970. */
  readonly since: number;
  readonly groups?: readonly string[];
}

/** A connection that is in a group. */
export interface Member {
  readonly connection: string;
  /** When it was made; milliseconds since 1970. */
  readonly since: number;
}

/**
 * API Gateway ends a connection after two hours; the rest is for clocks that differ. What is left of one whose end nobody
 * was told of expires then.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
 */
export const connectionLifeMs = hours(2) + minutes(15);

const self = 'self';
const placeOf = (connection: string): { readonly place: string; readonly member: string } => ({
  place: `connection ${connection}`,
  member: self,
});
const groupPlace = (group: string): string => `group ${group}`;

const rowSchema: Schema<ConnectionRow> = {
  '~standard': {
    version: 1,
    vendor: 'portolan',
    validate(value) {
      const { place, member, since, groups = [] } = (value ?? {}) as Partial<ConnectionRow>;
      const fine = typeof place === 'string' && typeof member === 'string' && Number.isSafeInteger(since);
      const named = Array.isArray(groups) && groups.every((group) => typeof group === 'string');
      return fine && named ? { value: value as ConnectionRow } : { issues: [{ message: 'must be a connection' }] };
    },
  },
};

/** The table behind a channel: who is connected, and in which groups. */
export const connectionsPort = (channel: Pick<ChannelPort, 'name'>) =>
  table(`${channel.name}-sockets`, { item: rowSchema, key: ['place', 'member'] });

/**
 * Who is connected, and in which groups. A connection's own row is written before its rows in groups and removed after
 * them, so that what breaks off in between can be finished by whoever meets the connection next.
 */
export class Connections {
  readonly #table: Table<ConnectionRow, { readonly place: string; readonly member: string }>;
  readonly #environment: Environment;

  /** @param opened - The contract behind {@link connectionsPort}. */
  constructor(opened: unknown, environment: Environment) {
    this.#table = opened as Table<ConnectionRow, { readonly place: string; readonly member: string }>;
    this.#environment = environment;
  }

  /** Notes a connection. Again, it replaces what was noted. */
  async open(connection: string, groups: readonly string[]): Promise<void> {
    const since = this.#environment.clock.now();
    const expiresAt = since + connectionLifeMs;
    const distinct = [...new Set(groups)];
    await this.#table.put({ ...placeOf(connection), since, groups: distinct }, { expiresAt });
    if (distinct.length === 0) return;
    const rows = distinct.map((group) => ({
      put: { place: groupPlace(group), member: connection, since },
      expiresAt,
    }));
    for (const result of await this.#table.writeMany(rows)) if (result.kind === 'failed') throw result.error;
  }

  /** When a connection was made; `undefined` where none is known. */
  async since(connection: string): Promise<number | undefined> {
    return (await this.#table.get(placeOf(connection)))?.item.since;
  }

  /** @returns Whether the connection is known. @throws {PortError} `invalid` for one group too many. */
  async join(connection: string, group: string): Promise<boolean> {
    const noted = await this.#table.update(placeOf(connection), (current) => {
      if (current === undefined) return { result: undefined };
      const { item, expiresAt } = current;
      const groups = item.groups ?? [];
      const result = { since: item.since, expiresAt };
      if (groups.includes(group)) return { result };
      checkGroupCount(groups.length + 1);
      return { write: { ...item, groups: [...groups, group] }, ...expiryOf(expiresAt), result };
    });
    if (noted === undefined) return false;
    const row = { place: groupPlace(group), member: connection, since: noted.since };
    await this.#table.put(row, expiryOf(noted.expiresAt));
    return true;
  }

  async leave(connection: string, group: string): Promise<void> {
    await this.#table.delete({ place: groupPlace(group), member: connection });
    await this.#table.update(placeOf(connection), (current) => {
      const groups = current?.item.groups;
      if (groups?.includes(group) !== true) return { result: undefined };
      const write = { ...current!.item, groups: groups.filter((other) => other !== group) };
      return { write, ...expiryOf(current!.expiresAt), result: undefined };
    });
  }

  /** Removes a connection from all of its groups, and then itself. One that is not known is removed already. */
  async forget(connection: string): Promise<void> {
    for (;;) {
      const stored = await this.#table.get(placeOf(connection));
      if (stored === undefined) return;
      const groups = stored.item.groups ?? [];
      const rows = groups.map((group) => ({ delete: { place: groupPlace(group), member: connection } }));
      if (rows.length > 0)
        for (const result of await this.#table.writeMany(rows)) if (result.kind === 'failed') throw result.error;
      // Where it has joined another group meanwhile, that one must be left, too.
      const removed = await this.#table.delete(placeOf(connection), { condition: { version: stored.version } });
      if (removed.kind === 'written') return;
    }
  }

  /** Takes a connection out of one group, where nothing else is known of it. */
  async dropFrom(group: string, connection: string): Promise<void> {
    await this.#table.delete({ place: groupPlace(group), member: connection });
  }

  /** The connections of a group, page by page. */
  async *members(group: string): AsyncGenerator<readonly Member[], void, undefined> {
    let cursor: string | undefined;
    do {
      const range = { partition: groupPlace(group), limit: 1_000 };
      const page = await this.#table.query({ ...range, ...(cursor === undefined ? {} : { cursor }) });
      if (page.items.length > 0) yield page.items.map(({ item }) => ({ connection: item.member, since: item.since }));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
}

const expiryOf = (expiresAt: number | undefined) => (expiresAt === undefined ? {} : { expiresAt });
