import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpApi } from '../http-api.ts';
import { nodeListener, type NodeListenerOptions } from './node-listener.ts';
import { declaredBytes } from './read-body.ts';

export interface NodeServerOptions extends NodeListenerOptions {
  /** A client must have sent its headers within this. Milliseconds. @default 10,000 */
  readonly headersWithinMs?: number;
  /** A client must have sent its whole request within this. Milliseconds. @default 60,000 */
  readonly requestWithinMs?: number;
  /** How long an idle connection is kept. Milliseconds. @default 65,000: longer than load balancers keep theirs */
  readonly keepAliveMs?: number;
}

export interface NodeServer {
  readonly server: Server;
  /**
   * Starts to listen.
   *
   * @param port - 0 for any free one.
   * @param host - @default '127.0.0.1': only this machine
   * @returns The address in use. Rejects with Node's error, `EADDRINUSE` for one.
   */
  listen(port: number, host?: string): Promise<AddressInfo>;
  /**
   * Stops to listen, lets requests under way finish, then cuts what is left.
   *
   * @param withinMs - Milliseconds until the cut. @default 10,000
   */
  close(withinMs?: number): Promise<void>;
}

/** A server of `node:http` for an API, with bounds on everything a client can drag out. */
export function nodeServer(api: HttpApi, options: NodeServerOptions): NodeServer {
  const listener = nodeListener(api, options);
  const headersTimeout = options.headersWithinMs ?? 10_000;
  const requestTimeout = options.requestWithinMs ?? 60_000;
  const server = createServer({
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: options.keepAliveMs ?? 65_000,
    // Node looks for late clients at this interval only.
    connectionsCheckingInterval: Math.min(1_000, headersTimeout, requestTimeout),
  });
  let closing = false;
  const accept = (request: IncomingMessage, response: ServerResponse): void => {
    if (closing) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (closing) server.closeIdleConnections();
    });
    listener(request, response);
  };
  server.on('request', accept);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = URL.parse(request.url ?? '/', 'http://host') ?? { pathname: '/' };
    const limit = api.owns(pathname) ? (api.maxBodyBytesFor(request.method ?? 'GET', pathname) ?? 0) : Infinity;
    // Without the go-ahead, a client that would send too much sends nothing.
    if (declaredBytes(request) <= limit) response.writeContinue();
    accept(request, response);
  });

  return {
    server,
    listen(port, host = '127.0.0.1') {
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve(server.address() as AddressInfo);
        });
      });
    },
    close(withinMs = 10_000) {
      closing = true;
      return new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), withinMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}
