import { once } from 'node:events';
import { WebSocket } from 'ws';
import { givenToChild, tellParent } from '../../process/child-process.ts';
import { withCallers } from '../../measure/callers.ts';
import type { ClientsGiven, ClientsTold } from './clients-process.ts';
import { sharedNow } from './shared-clock.ts';

/** The entry of a process that holds many clients of the live channel, until whoever started it ends. */
const { url, clients } = givenToChild<ClientsGiven>();
const tell = (told: ClientsTold): Promise<void> => tellParent(told);

/** When the trades that are on their way came, by their ids. */
const arrivals = new Map<string, number[]>();

function note(id: string, atMs: number): void {
  let came = arrivals.get(id);
  if (came === undefined) arrivals.set(id, (came = []));
  if (came.push(atMs) < clients) return;
  arrivals.delete(id);
  void tell({ kind: 'trade', id, atMs: came });
}

await withCallers(50, clients, async () => {
  const socket = new WebSocket(url);
  socket.on('message', (data: Buffer) => {
    const atMs = sharedNow();
    const frame = JSON.parse(data.toString()) as { readonly type: string; readonly trades?: readonly { id: string }[] };
    if (frame.type === 'trades') for (const { id } of frame.trades!) note(id, atMs);
  });
  // A client that is cut off is missed when the next trade comes.
  socket.on('error', () => {});
  await once(socket, 'open');
});
await tell({ kind: 'connected' });
