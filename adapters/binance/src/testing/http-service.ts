import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a service was asked. */
export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What it answers: a status and JSON, or something that is up to the test. */
export type Answer = { readonly status: number; readonly json: unknown } | ((response: ServerResponse) => void);

/** Services on free ports of this machine, closed together. */
export function httpServices() {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closing.splice(0)) await closeOne();
  };
  const serve = async (answer: (asked: Asked) => Answer | Promise<Answer>) => {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const { method = '', url = '', headers } = request;
        const one = { method, path: url, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
        asked.push(one);
        void Promise.resolve(answer(one)).then((given) => {
          if (typeof given === 'function') return given(response);
          const type = given.status < 400 ? 'application/json' : 'application/problem+json';
          response.writeHead(given.status, { 'content-type': type }).end(JSON.stringify(given.json));
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  };
  return { serve, close };
}
