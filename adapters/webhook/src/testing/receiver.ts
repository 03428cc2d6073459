import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  readonly request: IncomingMessage;
  readonly body: string;
}

/** A receiver on this machine that keeps what it got. */
export interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections that were opened to it, ever. */
  connections(): number;
}

/** Starts a receiver; `answer` is called once the whole request has come. */
export async function startReceiver(
  answer: RequestListener = (_request, response) => void response.end('fine'),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    request.on('error', () => {});
    text(request).then(
      (body) => {
        received.push({ request, body });
        answer(request, response);
      },
      () => {},
    );
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  return listening(server, tls === undefined ? 'http' : 'https', received);
}

/** Starts whatever takes connections. */
export async function listening(
  server: Pick<Server, 'listen' | 'address' | 'close' | 'on'>,
  scheme = 'http',
  received: readonly Received[] = [],
): Promise<Receiver> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server as Server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `${scheme}://127.0.0.1:${port}/hook`,
    received,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
