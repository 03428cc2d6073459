import type { TableClient } from '@azure/data-tables';
import type { TableClients } from '../clients/table-clients.ts';

const writes = ['createEntity', 'upsertEntity', 'updateEntity', 'deleteEntity', 'submitTransaction'] as const;
type Write = (typeof writes)[number];
type Call = (...given: unknown[]) => Promise<unknown>;

/** How a process ends: at its nth write, of all tables together, which was done or not. */
export interface Crash {
  readonly atWrite: number;
  readonly done: boolean;
}

/** What every call meets after the crash: nothing of the process goes on. */
export class Crashed extends Error {
  override readonly name = 'Crashed';
}

/** Clients of a process that ends in the middle of what it does. */
export function crashingClients(clients: TableClients, { atWrite, done }: Crash): TableClients {
  let count = 0;
  const crash = (): never => {
    throw new Crashed('the process has ended');
  };
  const wrap =
    (call: Call): Call =>
    async (...given) => {
      count++;
      if (count > atWrite || (count === atWrite && !done)) crash();
      const answer = await call(...given);
      return count >= atWrite ? crash() : answer;
    };
  return {
    async client(connection, table) {
      const client = await clients.client(connection, table);
      const changed = Object.fromEntries(
        writes.map((write: Write) => [write, wrap((client[write] as Call).bind(client))]),
      );
      return new Proxy(client, {
        get(target, name) {
          const value =
            (changed as Record<PropertyKey, unknown>)[name] ??
            (target as unknown as Record<PropertyKey, unknown>)[name];
          return typeof value === 'function' && !(name in changed) ? (value as Call).bind(target) : value;
        },
      }) as TableClient;
    },
  };
}
