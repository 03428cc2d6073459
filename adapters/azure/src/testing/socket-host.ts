import type { HttpRequest, HttpResponse } from '@portolan/http';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What the Functions host does with the HTTP function of a channel: hands over the request whole, and sends the answer. */
export class SocketHost {
  readonly #call: (request: HttpRequest) => Promise<HttpResponse>;
  readonly #server: Server;
  #stopped = false;

  constructor(call: (request: HttpRequest) => Promise<HttpResponse>) {
    this.#call = call;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @returns Where it is called. */
  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.#server.listen(0, '127.0.0.1', () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
      ),
    );
  }

  /** Refuses whatever comes, as an app does that is stopped. */
  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (this.#stopped) return void response.writeHead(503).end();
    const { method = '', url = '/', headers } = request;
    const [path, query = ''] = url.split('?') as [string, string?];
    const asked = { method, path, query, headers: headers as HttpRequest['headers'], body };
    try {
      const answer = await this.#call(asked);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    } catch {
      response.writeHead(500).end();
    }
  }
}
