import type { Candle, Feed, Trade } from '../../api/answers.ts';
import { serverClock } from '../../time/server-clock.ts';
import { liveUrl, type Frame } from './frames.ts';
import { LiveSocket, type SocketState } from './live-socket.ts';
import { isSilent, type Hearsay } from './reconnecting.ts';
import { TradeTail } from './trade-tail.ts';

/** Products that one socket follows, as the service allows. */
export const mostFollowed = 40;
/** Trades that are younger than this when they are handed in come over the socket; a little less than the service says. */
const newsMs = 110_000;
/** How often it is looked whether the socket has gone silent, in milliseconds. */
const lookMs = 1_000;

/** Who wants to know what happens to a product. */
export interface Follower {
  trades(trades: readonly Trade[]): void;
  /** The running minute. */
  minute(candle: Candle): void;
  /** The socket is open, maybe again: what came before is to be asked for. */
  opened(): void;
}

/** Live trades of some products, over one socket. */
export class LiveMarket {
  readonly #socket: LiveSocket;
  readonly #onFeed: (feed: Feed) => void;
  readonly #tails = new Map<string, TradeTail>();
  readonly #hearsay = new Map<string, Hearsay>();
  readonly #followers = new Map<string, Set<Follower>>();
  readonly #listeners = new Set<() => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  /** Milliseconds since 1970. */
  #openedAt = Infinity;
  #version = 0;

  constructor(products: readonly string[], onFeed: (feed: Feed) => void) {
    this.#onFeed = onFeed;
    this.#socket = new LiveSocket(liveUrl(window.location.href, products), {
      frame: (frame) => this.#take(frame),
      changed: (state) => this.#changed(state),
    });
    this.#timer = setInterval(() => this.#look(), lookMs);
  }

  get state(): SocketState {
    return this.#socket.state;
  }

  /** Another number whenever anything has changed. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tailOf(product: string): TradeTail {
    const known = this.#tails.get(product);
    if (known !== undefined) return known;
    const tail = new TradeTail();
    this.#tails.set(product, tail);
    return tail;
  }

  follow(product: string, follower: Follower): () => void {
    const some = this.#followers.get(product) ?? new Set();
    this.#followers.set(product, some.add(follower));
    return () => some.delete(follower);
  }

  /** Trades that the service told when it was asked. */
  told(product: string, trades: readonly Trade[]): void {
    if (trades.length === 0) return;
    const time = trades.reduce((latest, trade) => (trade.time > latest ? trade.time : latest), '');
    const now = serverClock.now();
    const { overSocket = '', asked } = this.#hearsay.get(product) ?? {};
    const made = Date.parse(time);
    // No sign of silence are trades from before this socket, nor what is history when it is handed in. And of those that are,
    // the one that stands longest without having come over the socket counts.
    const isSign = made > this.#openedAt && now - made < newsMs;
    const stands = !isSign || (asked !== undefined && asked.time > overSocket);
    this.#hearsay.set(product, { overSocket, asked: stands ? asked : { time, at: now } });
    this.tailOf(product).take(trades, now);
    this.#tell();
  }

  /** Opens the socket anew. */
  renew(): void {
    this.#socket.renew();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#socket.close();
    this.#listeners.clear();
  }

  #take(frame: Frame): void {
    if (frame.type === 'feed') return this.#onFeed(frame.feed);
    const { product } = frame;
    const followers = this.#followers.get(product) ?? [];
    if (frame.type === 'candle') {
      for (const follower of followers) follower.minute(frame.candle);
    } else {
      this.#heard(product, frame.trades);
      this.tailOf(product).take(frame.trades, serverClock.now());
      for (const follower of followers) follower.trades(frame.trades);
    }
    this.#tell();
  }

  #heard(product: string, trades: readonly Trade[]): void {
    const { overSocket = '', asked } = this.#hearsay.get(product) ?? {};
    const newest = trades.reduce((latest, { time }) => (time > latest ? time : latest), overSocket);
    this.#hearsay.set(product, { overSocket: newest, asked });
  }

  #changed(state: SocketState): void {
    if (state === 'open') {
      this.#openedAt = serverClock.now();
      // What the service knew before is no sign against this one.
      for (const [product, { overSocket, asked }] of this.#hearsay)
        this.#hearsay.set(product, { overSocket: latest(overSocket, asked?.time), asked: undefined });
      for (const some of this.#followers.values()) for (const follower of some) follower.opened();
    }
    this.#tell();
  }

  #look(): void {
    const now = serverClock.now();
    if (this.state !== 'open') return;
    if ([...this.#hearsay.values()].some((hearsay) => isSilent(hearsay, now))) this.renew();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }
}

const latest = (a: string, b = ''): string => (b > a ? b : a);
