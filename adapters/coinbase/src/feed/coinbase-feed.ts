import { reasonOf } from '@portolan/kernel';
import { closableAlarm } from '@portolan/node';
import type { FeedReport } from '@portolan/pricing';
import { withoutSecrets } from '../endpoints.ts';
import { Backfill } from '../history/backfill.ts';
import { ExchangeRest } from '../history/exchange-rest.ts';
import { makeKnown } from '../history/make-known.ts';
import { pause } from '../pause.ts';
import { readMessage } from '../protocol/messages.ts';
import { Courier } from './courier.ts';
import { limitedLog, type LimitedLog } from './limited-log.ts';
import { feedSettings, type CoinbaseFeedOptions, type FeedSettings } from './options.ts';
import { Outbox } from './outbox.ts';
import { Reporter } from './reporter.ts';
import { Session, type Action, type Input } from './session.ts';
import { openSocket, type Socket } from './socket.ts';

/** What a feed has done since its start, and how it stands. */
export interface FeedState {
  readonly state: FeedReport['state'];
  readonly detail: string;
  /** Trades that wait for the intake. */
  readonly buffered: number;
  /** Trades known to be missing, not fetched yet. */
  readonly missing: number;
  /** Trades known to be missing, too old to be fetched. */
  readonly leftOut: number;
  readonly received: Readonly<Session['counts']>;
  readonly handedOver: Readonly<Courier['counts']>;
  readonly history: Readonly<Backfill['counts']>;
}

export interface CoinbaseFeed {
  /** Ends the feed; what waits for the intake is handed over first, where that takes no more than a few seconds. */
  stop(): Promise<void>;
  state(): FeedState;
}

/** The most that stopping waits for the intake, in milliseconds. What is not handed over is a gap, and filled at the next start. */
const farewellMs = 5_000;

const maxBodyBytes = 5_000_000;

/** Ids fetched in vain are left alone for so long, doubled each time. */
const vain = { vainMs: 20_000, maxVainMs: 3_600_000 };

/**
 * Follows the trades of Coinbase Exchange, or of a server that speaks its protocol, and hands each of them to the intake,
 * at least once. What the stream drops, what goes by while the connection or the process is down, and what does not fit
 * into the buffer is fetched from the exchange's history, by trade id.
 *
 * @throws {RangeError} for an option out of range. Nothing else fails here: an exchange or an intake out of reach is waited for.
 */
export function startCoinbaseFeed(options: CoinbaseFeedOptions): CoinbaseFeed {
  return new RunningFeed(feedSettings(options));
}

class RunningFeed implements CoinbaseFeed {
  readonly #settings: FeedSettings;
  readonly #alarm;
  readonly #log: LimitedLog;
  /** Aborted when the feed goes; what waits ends then. */
  readonly #going = new AbortController();
  /** Aborted later, when nothing is handed over any more. */
  readonly #gone = new AbortController();
  readonly #session: Session;
  readonly #rest: ExchangeRest;
  readonly #courier: Courier;
  readonly #outbox: Outbox;
  readonly #backfill: Backfill;
  readonly #reporter: Reporter;
  readonly #known = new Set<string>();
  #socket: Socket | undefined;
  #trouble: string | undefined;
  #tickAt = Infinity;
  #cancelTick = (): void => {};
  #cancelGaps = (): void => {};
  #stopping: Promise<void> | undefined;

  constructor(settings: FeedSettings) {
    const { intake, source, random, retry, reportEveryMs, requestsPerSecond, requestTimeoutMs: timeoutMs } = settings;
    const alarm = closableAlarm(settings.alarm);
    const log = limitedLog(settings.log, alarm.clock);
    const signal = this.#going.signal;
    this.#settings = settings;
    this.#alarm = alarm;
    this.#log = log;
    this.#session = new Session(settings);
    this.#rest = new ExchangeRest(settings.endpoints.rest, {
      alarm,
      signal,
      requestsPerSecond,
      timeoutMs,
      maxBodyBytes,
    });
    this.#courier = new Courier({
      ...{ intake, alarm, random, log, retry, signal: this.#gone.signal },
      onTrouble: (reason) => {
        this.#trouble = reason;
        this.#report();
      },
    });
    this.#outbox = new Outbox(this.#courier, settings.bufferTrades, () => this.#happen({ kind: 'drained' }));
    this.#backfill = new Backfill({
      ...settings,
      ...vain,
      alarm,
      log,
      signal,
      rest: this.#rest,
      courier: this.#courier,
    });
    this.#reporter = new Reporter(intake, source, alarm, reportEveryMs, log);
    this.#happen({ kind: 'start' });
  }

  state(): FeedState {
    const { state, detail } = this.#session.standing;
    return {
      state,
      detail,
      buffered: this.#outbox.size,
      missing: this.#backfill.missing,
      leftOut: this.#backfill.leftOut,
      received: { ...this.#session.counts },
      handedOver: { ...this.#courier.counts },
      history: { ...this.#backfill.counts },
    };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#happen({ kind: 'stop' });
    this.#going.abort();
    const handedOver = Promise.all([this.#outbox.settled(), this.#backfill.settled(), this.#reporter.settled()]);
    await Promise.race([handedOver, pause(this.#alarm, farewellMs, this.#gone.signal)]);
    this.#gone.abort();
    this.#alarm.close();
  }

  /** Lets the session decide, and does what it says. */
  #happen(input: Input): void {
    for (const action of this.#session.handle(input, this.#alarm.clock.now())) this.#act(action);
    const { wakeAt, phase } = this.#session;
    if (wakeAt !== this.#tickAt) this.#tick(wakeAt);
    // A trade alone changes nothing that is reported, and there are thousands of them.
    if (phase !== 'live' || input.kind !== 'message' || input.message.kind !== 'match') this.#report();
  }

  #tick(at: number): void {
    this.#cancelTick();
    this.#tickAt = at;
    if (at === Infinity) return;
    this.#cancelTick = this.#alarm.schedule(at, () => {
      this.#tickAt = Infinity;
      this.#happen({ kind: 'tick' });
    });
  }

  #act(action: Action): void {
    switch (action.kind) {
      case 'prepare':
        void this.#prepare();
        return;
      case 'connect':
        this.#connect();
        return;
      case 'subscribe': {
        const { products } = action;
        this.#socket?.send({ type: 'subscribe', product_ids: products, channels: ['matches', 'heartbeat'] });
        return;
      }
      case 'disconnect':
        this.#socket?.drop();
        this.#socket = undefined;
        return;
      case 'take':
        this.#backfill.came(action.trade.product, Number(action.trade.id));
        this.#outbox.push(action.trade);
        return;
      case 'fetch':
        this.#backfill.fetch(action.product, action.range, action.untilKnown);
        return;
      case 'look-for-gaps':
        this.#lookForGaps(this.#settings.graceMs);
        return;
      case 'log':
        this.#log.say(action.level, action.about, action.message);
    }
  }

  async #prepare(): Promise<void> {
    const { products, intake } = this.#settings;
    try {
      const refused = await makeKnown(products, this.#known, this.#rest, intake);
      this.#happen({ kind: 'prepared', ready: [...this.#known], refused });
    } catch (error) {
      this.#happen({ kind: 'unprepared', reason: reasonOf(error) });
    }
  }

  #connect(): void {
    this.#socket = openSocket(this.#settings.endpoints.websocket, {
      onOpen: () => this.#happen({ kind: 'opened' }),
      onText: (text) => this.#happen({ kind: 'message', message: readMessage(text), room: this.#outbox.room }),
      onClose: (reason) => this.#happen({ kind: 'closed', reason }),
    });
  }

  /** Asks for gaps after a while, when what has just come is with the intake, and from then on regularly. */
  #lookForGaps(inMs: number): void {
    this.#cancelGaps();
    this.#cancelGaps = this.#alarm.schedule(this.#alarm.clock.now() + inMs, () => {
      void this.#backfill.lookForGaps().then(() => {
        this.#lookForGaps(this.#settings.gapsEveryMs);
        this.#report();
      });
    });
  }

  #report(): void {
    const { endpoints, simulated, backfillTrades } = this.#settings;
    const { detail, ...standing } = this.#session.standing;
    const gaps = leftAsGaps(this.#backfill.leftOut, backfillTrades);
    const details = [this.#trouble, detail, gaps].filter((part) => part !== undefined && part !== '').join('; ');
    this.#reporter.offer({
      ...standing,
      endpoint: withoutSecrets(endpoints.websocket),
      simulated,
      ...(details === '' ? {} : { detail: details }),
    });
  }
}

/** @returns Nothing where none is left out. */
function leftAsGaps(trades: number, backfillTrades: number): string {
  const [left, newest] = [trades, backfillTrades].map((count) => count.toLocaleString('en'));
  return trades === 0 ? '' : `missing trades older than the newest ${newest} of their product stay gaps: ${left}`;
}
