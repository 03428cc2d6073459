import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HttpApi } from '../http-api.ts';
import { defaultRequestMs, nodeListener, type NodeListenerOptions } from './node-listener.ts';
import { problemResponse } from '../problems.ts';
import { refuseUpgrade } from '../sockets/refuse-upgrade.ts';
import type { Upgrades } from '../sockets/upgrades.ts';
import { foreignPage } from '../socket-origin.ts';
import { declaredBytes } from './read-body.ts';
import { distrustSocket } from './trusted-hosts.ts';

export interface NodeServerOptions extends NodeListenerOptions {
  /** A client must have sent its headers within this. Milliseconds. @default 10,000 */
  readonly headersWithinMs?: number;
  /**
   * A client must have sent its whole request within this, whatever it asks for: `fallback` may take uploads. Milliseconds,
   * no less than `requestWithinMs`. @default `requestWithinMs`
   */
  readonly uploadWithinMs?: number;
  /**
   * Takes requests for sockets, pages of other hosts and origins than `trustedHosts` and the API's `allowOrigin` excepted;
   * it is closed with the server. @default a request for a socket is answered like any other
   */
  readonly upgrades?: Upgrades;
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
  const requestMs = options.requestWithinMs ?? defaultRequestMs;
  const requestTimeout = Math.max(requestMs, options.uploadWithinMs ?? requestMs);
  const server = createServer({
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: options.keepAliveMs ?? 65_000,
    // Node looks for late clients at this interval only.
    connectionsCheckingInterval: Math.min(1_000, headersTimeout, requestTimeout),
    // Others, such as Java's clients that would rather speak HTTP/2, are answered in HTTP/1.1.
    shouldUpgradeCallback: ({ headers }) =>
      options.upgrades !== undefined && headers.upgrade?.toLowerCase() === 'websocket',
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

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refused = distrustSocket(request.headers, options.trustedHosts, (origin) => api.allowsOrigin(origin));
    if (refused === undefined) return options.upgrades?.listener(request, socket, head);
    const detail = refused === 'forbidden' ? foreignPage : 'This server does not go by that name.';
    refuseUpgrade(socket, problemResponse(refused, { detail }));
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
        void options.upgrades?.close();
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
    },
  };
}
