import { startChild, type Child } from '../../process/child-process.ts';

export interface ClientsGiven {
  /** Of the live channel. */
  readonly url: string;
  readonly clients: number;
}

/** First that all are connected, then of each trade, once all clients have it, when each of them had it. */
export type ClientsTold =
  { readonly kind: 'connected' } | { readonly kind: 'trade'; readonly id: string; readonly atMs: readonly number[] };

/** Starts a process of clients; resolves when they are connected. */
export async function startClients(given: ClientsGiven): Promise<Child<ClientsTold>> {
  const entry = new URL('./clients-child.ts', import.meta.url);
  const child = startChild<ClientsTold>(entry, given, `a process of ${given.clients} clients`);
  await child.next();
  return child;
}
