import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on this machine that webhooks go to. */
export interface Receiver extends AsyncDisposable {
  url(path: string): string;
  /** What it answers to requests at a path from now on. @default 200 */
  answer(path: string, status: number, body?: string): void;
  /** Waits until so many requests have come to a path, and gives their bodies. */
  received(path: string, count?: number): Promise<readonly unknown[]>;
}

export async function startReceiver(): Promise<Receiver> {
  const answers = new Map<string, { readonly status: number; readonly body: string }>();
  const requests = new Map<string, unknown[]>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '/';
      requests.set(path, [...(requests.get(path) ?? []), JSON.parse(Buffer.concat(chunks).toString())]);
      const { status, body } = answers.get(path) ?? { status: 200, body: 'ok' };
      response.writeHead(status).end(body);
      for (const look of waiting) look();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    answer: (path, status, body = '') => void answers.set(path, { status, body }),
    received: (path, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const bodies = requests.get(path) ?? [];
          if (bodies.length < count) return;
          waiting.delete(look);
          resolve(bodies);
        };
        waiting.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
