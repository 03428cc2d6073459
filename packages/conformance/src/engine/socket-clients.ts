import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Dialled, DialRequest, SocketClient } from '../channel/channel-harness.ts';

/** Clients with real sockets, and a count of what happens on them: for hosts that hold sockets themselves. */
export class SocketClients implements Disposable {
  /** Grows with everything that any client sees. */
  events = 0;
  readonly #all: WebSocket[] = [];

  /** @param url - Of the socket, without a query. */
  async dial(url: string, { query = {}, headers = {} }: Partial<DialRequest> = {}): Promise<Dialled> {
    const ws = new WebSocket(`${url}?${new URLSearchParams(query)}`, { headers: { ...headers } });
    this.#all.push(ws);
    const client = this.#clientOf(ws);
    return new Promise((resolve, reject) => {
      ws.on('error', reject);
      ws.once('open', () => resolve({ kind: 'open', client }));
      ws.once('unexpected-response', (request, { statusCode }) => {
        request.destroy();
        resolve({ kind: 'refused', status: statusCode! });
      });
    });
  }

  [Symbol.dispose](): void {
    for (const ws of this.#all) ws.terminate();
  }

  #clientOf(ws: WebSocket): SocketClient {
    const received: string[] = [];
    let ended: number | undefined;
    ws.on('message', (data: Buffer) => {
      this.events++;
      received.push(data.toString());
    });
    ws.on('close', (code) => {
      this.events++;
      ended ??= code;
    });
    return {
      received,
      get ended() {
        return ended;
      },
      send: async (text) => ws.send(text),
      async close() {
        const closed = once(ws, 'close');
        ws.close();
        await closed;
      },
      // A peer without a network neither reads nor answers; its end of the socket stays open.
      async vanish() {
        ended = 1006;
        ws.pause();
      },
      pauseReading: () => ws.pause(),
      resumeReading: () => ws.resume(),
    };
  }
}
