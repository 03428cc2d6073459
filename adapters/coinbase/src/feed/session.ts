import { fullJitter, type Random, type RetryPolicy } from '@portolan/kernel';
import type { FeedReport, ReportedTrade } from '@portolan/pricing';
import { parseTime } from '@portolan/pricing/time';
import type { IdRange } from '../history/id-ranges.ts';
import type { Message } from '../protocol/messages.ts';
import { reportedTrade } from '../protocol/trade.ts';
import { newTrack, noticeHeartbeat, noticeTrade, reconnected, type Noticed, type Track } from './track.ts';

/** What happens to a session. */
export type Input =
  | { readonly kind: 'start' }
  /** The intake knows these products; the others the exchange does not offer, for a reason each. */
  | { readonly kind: 'prepared'; readonly ready: readonly string[]; readonly refused: ReadonlyMap<string, string> }
  | { readonly kind: 'unprepared'; readonly reason: string }
  | { readonly kind: 'opened' }
  | { readonly kind: 'closed'; readonly reason: string }
  /** `room`: whether the buffer can take one more trade. */
  | { readonly kind: 'message'; readonly message: Message; readonly room: boolean }
  /** The buffer has emptied far enough to go on. */
  | { readonly kind: 'drained' }
  /** Time has passed, see {@link Session.wakeAt}. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'stop' };

/** What is to be done about it, in order. */
export type Action =
  | { readonly kind: 'prepare' }
  | { readonly kind: 'connect' }
  | { readonly kind: 'subscribe'; readonly products: readonly string[] }
  | { readonly kind: 'disconnect' }
  | { readonly kind: 'take'; readonly trade: ReportedTrade }
  /** Trades to fetch from the history; `untilKnown`: only so far back as the intake has none of them. */
  | { readonly kind: 'fetch'; readonly product: string; readonly range: IdRange; readonly untilKnown: boolean }
  /** Messages come again after an interruption, or for the first time: a good moment to ask the intake for gaps. */
  | { readonly kind: 'look-for-gaps' }
  | { readonly kind: 'log'; readonly level: 'info' | 'warn'; readonly about: string; readonly message: string };

export interface SessionOptions {
  readonly source: string;
  readonly products: readonly string[];
  /** Trades to fetch from before the first. */
  readonly recentTrades: number;
  /** Without heartbeats of a product, or without progress of a connection, for so many milliseconds, it is given up. */
  readonly staleMs: number;
  readonly reconnect: Pick<RetryPolicy, 'baseMs' | 'capMs'>;
  readonly random: Random;
}

type Phase = 'preparing' | 'connecting' | 'subscribing' | 'live' | 'waiting' | 'stopped';

const quiet: ReadonlySet<Phase> = new Set(['preparing', 'waiting', 'stopped']);

/**
 * One feed as a state machine: what happens goes in, what to do comes out. No I/O, no clock, no timers.
 *
 * preparing (products are looked up and made known) -> connecting -> subscribing -> live -> waiting -> preparing.
 */
export class Session {
  /** Since the start, of everything that came. */
  readonly counts = { trades: 0, heartbeats: 0, malformed: 0, behind: 0, disordered: 0, skipped: 0, connections: 0 };
  readonly #options: SessionOptions;
  readonly #tracks = new Map<string, Track>();
  /** When each subscribed product was last heard of by heartbeat, or the subscription began. */
  readonly #heardAt = new Map<string, number>();
  #refused: ReadonlyMap<string, string> = new Map();
  #errors: readonly string[] = [];
  #ready: readonly string[] = [];
  #phase: Phase = 'preparing';
  #since = 0;
  #retryAt = Infinity;
  #attempts = 0;
  /** The buffer was full: there is no use in connecting before it has drained. */
  #clogged = false;
  #waitingFor = '';

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** When a tick is due, in milliseconds since 1970; `Infinity` where none is. */
  get wakeAt(): number {
    if (this.#phase === 'waiting') return this.#clogged ? Infinity : this.#retryAt;
    if (quiet.has(this.#phase)) return Infinity;
    const oldest = this.#phase === 'live' ? Math.min(...this.#heardAt.values()) : this.#since;
    return oldest + this.#options.staleMs;
  }

  /** What to report of it, but for the endpoint. */
  get standing(): Pick<FeedReport, 'state' | 'products' | 'marks'> & { readonly detail: string } {
    const notes = [...this.#refused.values(), ...this.#errors];
    const waiting = this.#phase === 'waiting' || this.#phase === 'stopped';
    return {
      state: waiting ? 'waiting' : this.#phase === 'live' ? 'live' : 'connecting',
      products: this.#phase === 'live' ? [...this.#heardAt.keys()] : this.#options.products,
      detail: [...new Set([...(waiting ? [this.#waitingFor] : []), ...notes])].join('; '),
      marks: [...this.#tracks].flatMap(([product, { mark }]) =>
        mark === undefined ? [] : [{ product, lastId: String(mark.lastId), time: mark.time }],
      ),
    };
  }

  /** @param now - Milliseconds since 1970. */
  handle(input: Input, now: number): readonly Action[] {
    if (this.#phase === 'stopped') return [];
    switch (input.kind) {
      case 'start':
        return this.#prepare(now);
      case 'prepared':
        this.#refused = input.refused;
        this.#ready = input.ready;
        return input.ready.length === 0 ? this.#wait('no product to follow', now) : this.#connect(now);
      case 'unprepared':
        return this.#wait(input.reason, now);
      case 'opened':
        return this.#enter('subscribing', now, [{ kind: 'subscribe', products: this.#ready }]);
      case 'closed':
        return quiet.has(this.#phase) ? [] : this.#wait(input.reason, now);
      case 'message':
        return quiet.has(this.#phase) ? [] : this.#receive(input.message, input.room, now);
      case 'drained':
        this.#clogged = false;
        return [];
      case 'tick':
        return this.#tick(now);
      case 'stop':
        this.#waitingFor = 'stopped';
        return this.#enter('stopped', now, [{ kind: 'disconnect' }]);
    }
  }

  #prepare(now: number): readonly Action[] {
    return this.#enter('preparing', now, [{ kind: 'prepare' }]);
  }

  #connect(now: number): readonly Action[] {
    this.#errors = [];
    this.counts.connections++;
    for (const [product, track] of this.#tracks) this.#tracks.set(product, reconnected(track));
    return this.#enter('connecting', now, [{ kind: 'connect' }]);
  }

  #wait(reason: string, now: number): readonly Action[] {
    // A connection that held is no failed attempt: the next one begins with the shortest wait.
    if (this.#phase === 'live' && now - this.#since >= this.#options.staleMs) this.#attempts = 0;
    this.#attempts++;
    this.#retryAt = now + fullJitter(this.#attempts, this.#options.random.next(), this.#options.reconnect);
    this.#waitingFor = reason;
    return this.#enter('waiting', now, [
      { kind: 'disconnect' },
      { kind: 'log', level: 'warn', about: 'waiting', message: `the feed waits: ${reason}` },
    ]);
  }

  #enter(phase: Phase, now: number, actions: readonly Action[]): readonly Action[] {
    this.#phase = phase;
    this.#since = now;
    this.#heardAt.clear();
    return actions;
  }

  #tick(now: number): readonly Action[] {
    if (now < this.wakeAt) return [];
    if (this.#phase === 'waiting') return this.#prepare(now);
    const [silent] = [...this.#heardAt].find(([, at]) => now - at >= this.#options.staleMs) ?? [];
    const what = silent === undefined ? `no progress while ${this.#phase}` : `no heartbeat of ${silent}`;
    return this.#wait(`${what} for ${this.#options.staleMs} ms`, now);
  }

  #receive(message: Message, room: boolean, now: number): readonly Action[] {
    switch (message.kind) {
      case 'other':
        return [];
      case 'malformed':
        this.counts.malformed++;
        return [warning(`malformed ${message.what}`, `a malformed ${message.what} was left out: ${message.problem}`)];
      case 'error':
        // A product that is refused leaves the others subscribed; after other errors the exchange closes by itself.
        this.#errors = [...new Set([...this.#errors, message.reason])].slice(-5);
        return [warning('error', `the exchange says: ${message.reason}`)];
      case 'subscriptions':
        return this.#subscribed(message.products, now);
      case 'heartbeat':
      case 'match':
        if (!this.#ready.includes(message.product)) return [];
        if (message.kind === 'heartbeat') return this.#hear(message, now);
        return room ? this.#take(message) : this.#clog(now);
    }
  }

  #subscribed(products: readonly string[], now: number): readonly Action[] {
    const followed = this.#ready.filter((product) => products.includes(product));
    if (followed.length === 0) return this.#wait('no product was subscribed', now);
    const actions = this.#enter('live', now, [
      { kind: 'look-for-gaps' },
      { kind: 'log', level: 'info', about: 'live', message: `the feed is live: ${followed.join(', ')}` },
    ]);
    for (const product of followed) this.#heardAt.set(product, now);
    return actions;
  }

  #hear(beat: Extract<Message, { kind: 'heartbeat' }>, now: number): readonly Action[] {
    this.counts.heartbeats++;
    if (this.#heardAt.has(beat.product)) this.#heardAt.set(beat.product, now);
    const { product, ...rest } = beat;
    const track = this.#tracks.get(product) ?? newTrack;
    const noticed = noticeHeartbeat(track, { ...rest, micros: parseTime(beat.time)! });
    const actions = this.#note(product, noticed);
    // The first that is known of a product: its newest trade did not come by itself.
    return track.newestId === 0 && noticed.missing !== undefined
      ? [...actions, ...this.#fetchRecent(product, noticed.missing.first)]
      : actions;
  }

  #take({ product, sequence, trade }: Extract<Message, { kind: 'match' }>): readonly Action[] {
    this.counts.trades++;
    const track = this.#tracks.get(product) ?? newTrack;
    const noticed = noticeTrade(track, trade.trade_id, sequence, parseTime(trade.time)!);
    return [
      { kind: 'take', trade: reportedTrade(this.#options.source, product, trade) },
      ...this.#note(product, noticed),
      ...(track.newestId === 0 ? this.#fetchRecent(product, trade.trade_id) : []),
    ];
  }

  /** Takes over what was noticed. The track moves only here, so that what could not be taken is missed later on. */
  #note(product: string, { track, missing, behind, disordered }: Noticed): readonly Action[] {
    this.#tracks.set(product, track);
    if (behind) this.counts.behind++;
    if (disordered) this.counts.disordered++;
    if (missing === undefined) return [];
    this.counts.skipped += missing.last - missing.first + 1;
    return [{ kind: 'fetch', product, range: missing, untilKnown: false }];
  }

  #fetchRecent(product: string, below: number): readonly Action[] {
    const first = Math.max(1, below - this.#options.recentTrades);
    if (first >= below) return [];
    return [{ kind: 'fetch', product, range: { first, last: below - 1 }, untilKnown: true }];
  }

  #clog(now: number): readonly Action[] {
    this.#clogged = true;
    return this.#wait('the intake takes trades more slowly than they come; what is missed is fetched later', now);
  }
}

const warning = (about: string, message: string): Action => ({ kind: 'log', level: 'warn', about, message });
