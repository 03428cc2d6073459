import fc from 'fast-check';
import type { IdRange } from '../history/id-ranges.ts';
import type { Message } from '../protocol/messages.ts';
import { formatTime, parseTime } from '@portolan/pricing/time';
import { Session, type Action, type Input } from './session.ts';

/** What becomes of a trade's message on its way from the server to here. */
type Fate = 'sent' | 'lost' | 'garbled' | 'twice' | 'kept back';

/** What goes on at the exchange, on the way, and here. */
type Event =
  /**
   * A trade is made, so many milliseconds after the one before. Where it lags, the feed's server hears of it, and of all
   * that follow, only later: before the second heartbeat from then.
   */
  | { readonly kind: 'trade'; readonly afterMs: number; readonly lags: boolean; readonly fate: Fate }
  /** The server has heard of all trades. */
  | { readonly kind: 'caught up' }
  /** What was kept back comes after all, backwards. */
  | { readonly kind: 'late' }
  /** Heartbeats go out every second, unless they are lost. */
  | { readonly kind: 'heartbeat'; readonly lost: boolean; readonly silentAboutTrades: boolean }
  | { readonly kind: 'cut' }
  /** The buffer is full for the next trade. */
  | { readonly kind: 'clogged' };

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('trade' as const),
      afterMs: fc.integer({ min: 0, max: 700 }),
      lags: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      fate: fc.oneof(
        { weight: 6, arbitrary: fc.constant('sent' as const) },
        {
          weight: 3,
          arbitrary: fc.constantFrom('lost' as const, 'garbled' as const, 'twice' as const, 'kept back' as const),
        },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('caught up' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('late' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('heartbeat' as const),
      lost: fc.boolean(),
      silentAboutTrades: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clogged' as const) }) },
);

const product = 'BTC-USD';
const firstId = 1_000;
const start = Date.UTC(2026, 0, 1);

/** An exchange, the wire and a driver, around the session under test. */
class Run {
  readonly session = new Session({
    ...{ source: 'coinbase', products: [product], recentTrades: 10, staleMs: 10_000 },
    reconnect: { baseMs: 100, capMs: 1_000 },
    random: { next: () => 0.5 },
  });
  readonly made: { readonly id: number; readonly micros: number }[] = [];
  readonly taken = new Set<number>();
  readonly asked: IdRange[] = [];
  readonly recent: IdRange[] = [];
  #now = start;
  /** Made, but not yet known to the feed's server; with the heartbeats since. */
  readonly #lagging: { readonly id: number; readonly fate: Fate; beats: number }[] = [];
  #heardOf = firstId;
  #keptBack: number[] = [];
  #room = true;
  #connected = false;
  #underTest = 0;

  constructor() {
    this.#make(0);
    this.input({ kind: 'start' });
  }

  apply(event: Event): void {
    switch (event.kind) {
      case 'trade': {
        const id = this.#make(event.afterMs);
        this.#lagging.push({ id, fate: event.fate, beats: 0 });
        return event.lags || this.#lagging.length > 1 ? undefined : this.#hear(Infinity);
      }
      case 'caught up':
        return this.#hear(Infinity);
      case 'late':
        for (const id of this.#keptBack.splice(0).reverse()) this.#sendTrade(id);
        return;
      case 'heartbeat':
        return this.beat(event.lost, event.silentAboutTrades);
      case 'cut':
        return this.#cut();
      case 'clogged':
        this.#room = false;
    }
  }

  beat(lost = false, silent = false): void {
    this.#now = (Math.floor(this.#now / 1_000) + 1) * 1_000;
    this.#hear(this.#lagging.filter(({ beats }) => beats > 0).length);
    for (const trade of this.#lagging) trade.beats++;
    const time = formatTime(this.#now * 1_000);
    const lastId = this.#heardOf;
    if (!lost) {
      this.#send({ kind: 'heartbeat', product, sequence: lastId * 2 + 1, lastTradeId: silent ? 0 : lastId, time });
    }
  }

  /** Time goes on until it is live. */
  recover(): void {
    this.#room = true;
    this.input({ kind: 'drained' });
    for (let turn = 0; this.session.phase !== 'live' && turn < 20; turn++) {
      if (this.session.wakeAt < Infinity) this.#now = Math.max(this.#now, Math.ceil(this.session.wakeAt));
      this.input({ kind: 'tick' });
    }
    expect(this.session.phase).toBe('live');
  }

  input(input: Input): void {
    const before = this.taken.size;
    for (const action of this.session.handle(input, this.#now)) this.#act(action);
    if (input.kind === 'message' && !input.room) expect(this.taken.size).toBe(before);
  }

  #act(action: Action): void {
    expect(++this.#underTest).toBeLessThan(100_000);
    switch (action.kind) {
      case 'prepare':
        return this.input({ kind: 'prepared', ready: [product], refused: new Map() });
      case 'connect':
        expect(this.#connected).toBe(false);
        this.#connected = true;
        return this.input({ kind: 'opened' });
      case 'subscribe': {
        expect(this.#connected).toBe(true);
        this.input({ kind: 'message', message: { kind: 'subscriptions', products: [product] }, room: this.#room });
        return this.#sendTrade(this.#heardOf);
      }
      case 'disconnect':
        this.#connected = false;
        return;
      case 'take':
        this.taken.add(Number(action.trade.id));
        return;
      case 'fetch':
        (action.untilKnown ? this.recent : this.asked).push(action.range);
    }
  }

  /** The server hears of the next trades, and sends them. */
  #hear(count: number): void {
    for (const { id, fate } of this.#lagging.splice(0, count)) {
      this.#heardOf = id;
      if (fate === 'kept back') this.#keptBack.push(id);
      else if (fate === 'garbled') this.#send({ kind: 'malformed', what: 'JSON', problem: 'no JSON' });
      else if (fate !== 'lost') this.#sendTrade(id);
      if (fate === 'twice') this.#sendTrade(id);
    }
  }

  #make(afterMs: number): number {
    this.#now += afterMs;
    const id = firstId + this.made.length;
    this.made.push({ id, micros: this.#now * 1_000 });
    return id;
  }

  #sendTrade(id: number): void {
    const { micros } = this.made[id - firstId]!;
    const trade = { trade_id: id, time: formatTime(micros), price: '1', size: '1', side: 'buy' as const };
    this.#send({ kind: 'match', product, sequence: id * 2, trade });
  }

  #send(message: Message): void {
    if (!this.#connected) return;
    this.input({ kind: 'message', message, room: this.#room });
    if (!this.#room && this.session.phase === 'waiting') this.recover();
  }

  #cut(): void {
    this.#keptBack = [];
    this.#connected = false;
    this.input({ kind: 'closed', reason: 'cut' });
    this.recover();
  }
}

const within = (ranges: readonly IdRange[], id: number): boolean =>
  ranges.some(({ first, last }) => id >= first && id <= last);

test('of every trade made, each was taken or asked for, whatever went wrong on the way', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const run = new Run();
      for (const each of events) run.apply(each);
      run.apply({ kind: 'caught up' });
      run.recover();
      // Whatever is at the end and did not come is told by the second heartbeat at the latest.
      for (let beat = 0; beat < 3; beat++) run.beat();

      const lost = run.made.filter(({ id }) => !run.taken.has(id) && !within(run.asked, id));
      expect(lost).toEqual([]);
      // Nothing is asked for that the exchange does not have.
      for (const { first, last } of run.asked) {
        expect(first).toBeGreaterThanOrEqual(firstId);
        expect(last).toBeLessThanOrEqual(run.made.at(-1)!.id);
      }
      expect(run.recent).toEqual([{ first: firstId - 10, last: firstId - 1 }]);
    }),
    { numRuns: 500, seed: 4 },
  );
});

test('every mark that is told is true, though trades come late, twice, backwards or not at all', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const run = new Run();
      for (const each of events) {
        run.apply(each);
        for (const { lastId, time } of run.session.standing.marks) {
          const until = run.made.filter(({ micros }) => micros <= parseTime(time)!);
          expect(Number(lastId)).toBe(until.at(-1)!.id);
        }
      }
    }),
    { numRuns: 500, seed: 5 },
  );
});
