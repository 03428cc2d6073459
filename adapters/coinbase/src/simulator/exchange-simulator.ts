import { systemAlarm, type Alarm } from '@portolan/node';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { PendingFaults, type ExchangeFaults } from './faults.ts';
import { answerRest, TokenBucket } from './rest.ts';
import { seededTape, type SimulatedMarket } from './seeded-tape.ts';
import { Stream } from './stream.ts';
import type { Tape } from './tape.ts';

export interface ExchangeSimulatorOptions {
  /** 0 for any that is free. @default 0 */
  readonly port?: number;
  /** What {@link seededTape} plays; the same seed, epoch, markets and rate, the same exchange, also after a restart. @default 1 */
  readonly seed?: number;
  /** @default 2025-01-01T00:00:00Z */
  readonly epoch?: number;
  readonly products?: readonly SimulatedMarket[];
  /** Of each product, on average. @default 5 */
  readonly tradesPerSecond?: number;
  /** What is played instead of a seeded tape; see {@link replayTape}. */
  readonly tape?: Tape;
  /** All time of the exchange passes through it. @default the system's */
  readonly alarm?: Alarm;
  /** @default 1000, as the exchange's */
  readonly heartbeatMs?: number;
  /** REST requests of all callers together, and how many of them at once. @default the exchange's, 10 and 15 */
  readonly restLimit?: { readonly perSecond: number; readonly burst: number };
}

export interface ExchangeSimulator {
  /** `ws://127.0.0.1:…` */
  readonly websocketUrl: string;
  /** `http://127.0.0.1:…` */
  readonly restUrl: string;
  /** What it plays. */
  readonly tape: Tape;
  readonly faults: ExchangeFaults;
  /** Since the start. */
  readonly counts: { readonly connections: number; readonly requests: number; readonly throttled: number };
  stop(): Promise<void>;
}

/**
 * Starts an exchange on this machine's loopback that speaks the protocol of Coinbase Exchange, as far as trades need it:
 * channels `matches` and `heartbeat`, and REST for `/products`, `/products/{id}`, `/products/{id}/trades` and `/time`.
 *
 * @throws {RangeError} for an option out of range. Rejects with Node's error where the port is taken.
 */
export async function startExchangeSimulator(options: ExchangeSimulatorOptions = {}): Promise<ExchangeSimulator> {
  const { port = 0, alarm = systemAlarm(), heartbeatMs = 1_000, restLimit = { perSecond: 10, burst: 15 } } = options;
  const tape = options.tape ?? tapeOf(options);
  const pending = new PendingFaults();
  const stream = new Stream(tape, alarm, heartbeatMs, pending);
  const bucket = new TokenBucket(restLimit.perSecond, restLimit.burst, alarm.clock.now());
  const counts = { connections: 0, requests: 0, throttled: 0 };

  const server = createServer((incoming, response) => {
    counts.requests++;
    const free = bucket.take(alarm.clock.now());
    const status = answer(tape, pending, incoming, response, free, alarm.clock.now());
    if (status === 429) counts.throttled++;
  });
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
  server.on('upgrade', (incoming, socket, head) => {
    socket.on('error', () => socket.destroy());
    if (pending.takeConnection()) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    counts.connections++;
    sockets.handleUpgrade(incoming, socket, head, (opened) => stream.accept(opened));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    websocketUrl: `ws://${address}`,
    restUrl: `http://${address}`,
    tape,
    faults: {
      ...pending.asked,
      dropConnections: () => stream.drop(),
      malformed: (text = '{"type":"match","trade_id":"none"}') => stream.toAll(text),
      silence: () => stream.silence(),
    },
    counts,
    async stop() {
      stream.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

function tapeOf({ seed = 1, epoch, products, tradesPerSecond }: ExchangeSimulatorOptions): Tape {
  return seededTape({
    seed,
    ...(epoch === undefined ? {} : { epoch }),
    ...(products === undefined ? {} : { markets: products }),
    ...(tradesPerSecond === undefined ? {} : { tradesPerSecond }),
  });
}

function answer(
  tape: Tape,
  pending: PendingFaults,
  incoming: IncomingMessage,
  response: ServerResponse,
  free: boolean,
  now: number,
): number {
  incoming.resume();
  const fault = free ? pending.takeRest() : { status: 429, headers: {} };
  const { status, headers, body } =
    fault !== undefined
      ? { ...fault, body: { message: fault.status === 429 ? 'Public rate limit exceeded' : 'Unavailable' } }
      : incoming.method === 'GET'
        ? answerRest(tape, incoming.url ?? '/', now)
        : { status: 405, headers: { allow: 'GET' }, body: { message: 'MethodNotAllowed' } };
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
  return status;
}
