import type { Alarm } from '@portolan/node';
import { describeIssues, parse } from '@portolan/kernel';
import type { WebSocket } from 'ws';
import * as z from 'zod';
import type { PendingFaults } from './faults.ts';
import { errorFrame, heartbeatFrame, matchFrame, subscriptionsFrame } from './frames.ts';
import type { Tape } from './tape.ts';

const channelNames = ['matches', 'heartbeat'] as const;

interface Connection {
  readonly socket: WebSocket;
  /** Products by channel. */
  readonly channels: ReadonlyMap<string, Set<string>>;
  silent: boolean;
}

const request = z.object({
  type: z.enum(['subscribe', 'unsubscribe']),
  product_ids: z.array(z.string()).max(1_000).optional(),
  channels: z
    .array(
      z.union([z.string(), z.object({ name: z.string(), product_ids: z.array(z.string()).max(1_000).optional() })]),
    )
    .min(1)
    .max(100),
});

/** A connection must subscribe within so many milliseconds. @see https://docs.cdp.coinbase.com/exchange/websocket-feed/overview#subscribe */
const subscribeWithinMs = 5_000;

/** Bytes that may wait for a slow reader before it is cut off. */
const maxWaitingBytes = 8_388_608;

/** Milliseconds between two looks at the tape, at least, and trades read of a product in one. */
const leastPauseMs = 2;
const maxTradesAtOnce = 10_000;

/** The WebSocket side of the simulated exchange: reads the tape on by the clock and tells its subscribers. */
export class Stream {
  readonly #tape: Tape;
  readonly #alarm: Alarm;
  readonly #heartbeatMs: number;
  readonly #faults: PendingFaults;
  readonly #connections = new Set<Connection>();
  /** By product with subscribers: the last trade that was told of. */
  readonly #told = new Map<string, number>();
  #beatAt: number;
  #cancel = (): void => {};

  constructor(tape: Tape, alarm: Alarm, heartbeatMs: number, faults: PendingFaults) {
    this.#tape = tape;
    this.#alarm = alarm;
    this.#heartbeatMs = heartbeatMs;
    this.#faults = faults;
    // On whole multiples of the interval, as the exchange's are on whole seconds.
    this.#beatAt = (Math.floor(alarm.clock.now() / heartbeatMs) + 1) * heartbeatMs;
  }

  accept(socket: WebSocket): void {
    const channels = new Map(channelNames.map((name) => [name as string, new Set<string>()]));
    const connection: Connection = { socket, channels, silent: false };
    this.#connections.add(connection);
    const cancel = this.#alarm.schedule(this.#alarm.clock.now() + subscribeWithinMs, () => socket.close());
    socket.on('message', (data) => {
      cancel();
      this.#answer(connection, String(data));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      cancel();
      this.#connections.delete(connection);
    });
  }

  /** Breaks every connection off. */
  drop(): number {
    const dropped = this.#connections.size;
    for (const { socket } of this.#connections) socket.terminate();
    this.#connections.clear();
    return dropped;
  }

  silence(): void {
    for (const connection of this.#connections) connection.silent = true;
  }

  toAll(text: string): void {
    for (const connection of this.#connections) send(connection, text);
  }

  stop(): void {
    this.#cancel();
    this.drop();
  }

  #answer(connection: Connection, text: string): void {
    const parsed = parse(request, jsonOf(text));
    if (parsed.kind === 'invalid') {
      send(connection, errorFrame('Malformed JSON', describeIssues(parsed.issues).slice(0, 300)));
      return;
    }
    const { type, product_ids: common = [], channels } = parsed.value;
    const refusal = type === 'subscribe' ? this.#faults.takeSubscription() : undefined;
    if (refusal !== undefined) return send(connection, errorFrame('Failed to subscribe', refusal));

    // What was made until now belongs to those who were there; the newcomer gets it as its last match.
    const now = this.#alarm.clock.now();
    this.#tell(now);
    const wanted = channels.map((channel) =>
      typeof channel === 'string' ? { name: channel, product_ids: [] } : channel,
    );
    const begun: string[] = [];
    for (const { name, product_ids: own = [] } of wanted) {
      const products = connection.channels.get(name);
      if (products === undefined) send(connection, errorFrame('Failed to subscribe', `${name} is not a valid channel`));
      else if (type === 'unsubscribe') {
        const leaving = [...common, ...own];
        for (const product of leaving.length === 0 ? [...products] : leaving) products.delete(product);
      } else begun.push(...this.#subscribe(connection, name, products, new Set([...common, ...own])));
    }
    send(connection, subscriptionsFrame(connection.channels));
    for (const product of begun) this.#sendLast(connection, product, now);
    this.#goOn();
  }

  /** @returns Products whose matches begin. */
  #subscribe(
    connection: Connection,
    name: string,
    products: Set<string>,
    asked: ReadonlySet<string>,
  ): readonly string[] {
    const begun: string[] = [];
    for (const product of asked) {
      if (!this.#tape.products.some(({ id }) => id === product)) {
        // One that is refused does not spoil the others.
        send(connection, errorFrame('Failed to subscribe', `${product} is not a valid product`));
      } else if (!products.has(product)) {
        products.add(product);
        if (name === 'matches') begun.push(product);
      }
    }
    return begun;
  }

  #sendLast(connection: Connection, product: string, now: number): void {
    const told = this.#told.get(product);
    const [last] = this.#tape.older(product, this.#tape.marketTime(now), told === undefined ? Infinity : told + 1, 1);
    this.#told.set(product, last?.id ?? 0);
    if (last !== undefined) send(connection, matchFrame('last_match', product, last));
  }

  /** Tells all that has happened, and comes again when more will have. */
  #goOn(): void {
    this.#cancel();
    const now = this.#alarm.clock.now();
    this.#tell(now);
    const next = [...this.#told].flatMap(([product, told]) => {
      const [trade] = this.#tape.newer(product, Infinity, told, 1);
      return trade === undefined ? [] : [this.#tape.wallTime(trade.micros)];
    });
    const at = Math.max(now + leastPauseMs, Math.min(this.#beatAt, ...next));
    this.#cancel = this.#alarm.schedule(at, () => this.#goOn());
  }

  #tell(now: number): void {
    for (const product of [...this.#told.keys()]) {
      if (this.#subscribers('matches', product).length === 0) this.#told.delete(product);
    }
    if (this.#beatAt <= now) {
      // After a pause of the process one heartbeat stands for all that are overdue.
      const beatAt = this.#beatAt + Math.floor((now - this.#beatAt) / this.#heartbeatMs) * this.#heartbeatMs;
      this.#tellUntil(this.#tape.marketTime(beatAt));
      this.#beat(this.#tape.marketTime(beatAt));
      this.#beatAt = beatAt + this.#heartbeatMs;
    }
    this.#tellUntil(this.#tape.marketTime(now));
  }

  #tellUntil(until: number): void {
    for (const [product, told] of this.#told) {
      const trades = this.#tape.newer(product, until, told, maxTradesAtOnce);
      if (trades.length === 0) continue;
      this.#told.set(product, trades.at(-1)!.id);
      const frames = trades.flatMap((trade) => this.#faults.ofMatch(matchFrame('match', product, trade)));
      for (const connection of this.#subscribers('matches', product)) {
        for (const frame of frames) send(connection, frame);
      }
    }
  }

  #beat(micros: number): void {
    for (const { id } of this.#tape.products) {
      const connections = this.#subscribers('heartbeat', id);
      if (connections.length === 0) continue;
      const [last] = this.#tape.older(id, micros, Infinity, 1);
      for (const connection of connections) send(connection, heartbeatFrame(id, last?.id ?? 0, micros));
    }
  }

  #subscribers(channel: (typeof channelNames)[number], product: string): readonly Connection[] {
    return [...this.#connections].filter(({ channels }) => channels.get(channel)!.has(product));
  }
}

function send(connection: Connection, text: string): void {
  const { socket, silent } = connection;
  if (silent) return;
  if (socket.bufferedAmount > maxWaitingBytes) {
    socket.send(errorFrame('ErrSlowConsume'));
    socket.terminate();
    return;
  }
  socket.send(text, () => {
    // Who is gone is told nothing; the close event follows.
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No object either, which the schema says.
    return undefined;
  }
}
