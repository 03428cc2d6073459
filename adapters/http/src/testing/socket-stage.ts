import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import {
  bindFunction,
  channel,
  kibibytes,
  noDeadline,
  socket,
  welcome,
  type Consumption,
  type Environment,
  type LogFields,
  type SocketHandlers,
} from '@portolan/kernel';
import { WebSocket, type ClientOptions } from 'ws';
import * as z from 'zod';
import { httpApi, type HttpApiOptions } from '../http-api.ts';
import { nodeServer, type NodeServer, type NodeServerOptions } from '../node/node-server.ts';
import { HeldSockets, type HeldSocketsOptions } from '../sockets/held-sockets.ts';
import { Upgrades } from '../sockets/upgrades.ts';
import { sampleHost } from './sample.ts';

export const live = channel('live', {
  message: z.object({ n: z.number() }),
  incoming: z.object({ n: z.number(), fill: z.string().optional() }),
  maxMessageBytes: kibibytes(64),
  maxBufferedBytes: kibibytes(128),
});

/** Time that moves when a test says so. */
export class HandTime {
  readonly #rings = new Set<{ readonly at: number; readonly ring: () => void }>();
  #now = 1_000_000;

  readonly now = (): number => this.#now;

  readonly schedule = (at: number, ring: () => void): (() => void) => {
    const scheduled = { at, ring };
    this.#rings.add(scheduled);
    return () => this.#rings.delete(scheduled);
  };

  /** How many calls are still to come. */
  get pending(): number {
    return this.#rings.size;
  }

  pass(durationMs: number): void {
    this.#now += durationMs;
    for (const scheduled of [...this.#rings]) {
      if (scheduled.at > this.#now) continue;
      this.#rings.delete(scheduled);
      scheduled.ring();
    }
  }
}

type Handlers = SocketHandlers<Record<string, string>, { n: number; fill?: string | undefined }, object>;

export interface StageOptions {
  readonly handlers?: Partial<Handlers>;
  readonly server?: Partial<NodeServerOptions>;
  readonly api?: Partial<HttpApiOptions>;
  readonly sockets?: Partial<HeldSocketsOptions>;
}

/** A channel behind a server, and everything that was said about it. Disposing of it closes both ends. */
export class SocketStage implements AsyncDisposable {
  readonly time = new HandTime();
  readonly said: number[] = [];
  readonly ended: string[] = [];
  readonly connections: string[] = [];
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[] = [];
  readonly upgrades = new Upgrades();
  readonly sockets: HeldSockets;
  readonly server: NodeServer;
  readonly #clients: WebSocket[] = [];
  #serving: Consumption | undefined;
  #port = 0;

  private constructor(options: StageOptions) {
    const note = (message: string, fields?: LogFields) => this.logged.push({ message, fields });
    let ids = 0;
    const environment: Environment = {
      clock: this.time,
      ids: { next: () => `c-${++ids}` },
      random: { next: () => 0.5 },
      log: { debug: note, info: note, warn: note, error: note },
      deadline: () => noDeadline,
    };
    const { schedule } = this.time;
    this.sockets = new HeldSockets(live, { environment, schedule, upgrades: this.upgrades, ...options.sockets });
    const fn = socket(
      live,
      { path: '/live', query: z.record(z.string(), z.string()) },
      {},
      {
        connect: async ({ connection }, ...rest) => {
          this.connections.push(connection);
          return (
            (await options.handlers?.connect?.({ connection, query: {}, headers: {} }, ...rest)) ?? welcome(['all'])
          );
        },
        message: async (sent, ...rest) => {
          await options.handlers?.message?.(sent, ...rest);
          this.said.push(sent.message.n);
        },
        disconnect: async ({ connection }) => void this.ended.push(connection),
      },
    );
    this.sessions = bindFunction(fn, {}, environment).sessions;
    const api = options.api === undefined ? sampleHost().api : httpApi([], { environment, ...options.api });
    this.server = nodeServer(api, { environment, upgrades: this.upgrades, ...options.server });
  }

  readonly sessions: ReturnType<typeof bindFunction>['sessions'];

  static async start(options: StageOptions = {}): Promise<SocketStage> {
    const stage = new SocketStage(options);
    stage.#serving = await stage.sockets.serve(stage.sessions, { path: '/live' });
    const address: AddressInfo = await stage.server.listen(0);
    stage.#port = address.port;
    return stage;
  }

  get port(): number {
    return this.#port;
  }

  stop(): Promise<void> {
    return this.#serving!.stop();
  }

  /** A client that has not connected yet. */
  client(options: ClientOptions = {}): WebSocket {
    const client = new WebSocket(`ws://127.0.0.1:${this.#port}/live`, options);
    this.#clients.push(client);
    client.on('error', () => {});
    return client;
  }

  async connect(options?: ClientOptions): Promise<WebSocket> {
    const client = this.client(options);
    await once(client, 'open');
    return client;
  }

  /** Sends bytes over a connection without a client's help, and leaves once the answer is there. @returns The answer. */
  async raw(request: string | Buffer): Promise<string> {
    const connection = connect(this.#port, '127.0.0.1');
    connection.on('error', () => {});
    let received = '';
    connection.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (received.startsWith('HTTP/1.1 101 ')) connection.destroy();
    });
    connection.write(request);
    await once(connection, 'close');
    return received;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.terminate();
    await this.server.close(0);
  }
}

/** Waits until a condition holds, for 5 s at most. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const endAt = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > endAt) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The lines of a request for a socket, with what a test changes of it; `undefined` leaves a header out. */
export function handshake(
  changes: Readonly<Record<string, string | undefined>> = {},
  line = 'GET /live HTTP/1.1',
): string {
  const headers = {
    host: '127.0.0.1',
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[line, ...lines].join('\r\n')}\r\n\r\n`;
}
