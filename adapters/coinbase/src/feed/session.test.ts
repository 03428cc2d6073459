import type { Message } from '../protocol/messages.ts';
import { Session, type Action, type Input, type SessionOptions } from './session.ts';

const options: SessionOptions = {
  source: 'coinbase',
  products: ['BTC-USD', 'ETH-USD'],
  recentTrades: 100,
  staleMs: 10_000,
  reconnect: { baseMs: 1_000, capMs: 8_000 },
  // The longest wait of each attempt.
  random: { next: () => 0.999_999 },
};

const message = (message: Message, room = true): Input => ({ kind: 'message', message, room });

const match = (trade_id: number, product = 'BTC-USD'): Message => ({
  kind: 'match',
  product,
  sequence: trade_id * 10,
  trade: { trade_id, time: '2026-01-01T00:00:00Z', price: '1', size: '1', side: 'buy' },
});

const heartbeat = (lastTradeId: number, product = 'BTC-USD'): Message => ({
  kind: 'heartbeat',
  product,
  sequence: 0,
  lastTradeId,
  time: '2026-01-01T00:00:00Z',
});

/** Feeds inputs at the time given before them; what came out of the last. */
function run(session: Session, at: number, ...inputs: readonly Input[]): readonly Action[] {
  let actions: readonly Action[] = [];
  for (const input of inputs) actions = session.handle(input, at);
  return actions;
}

const prepared: Input = { kind: 'prepared', ready: options.products, refused: new Map() };
const subscribed = message({ kind: 'subscriptions', products: options.products });

/** A session that went live at an instant. */
function live(at = 0): Session {
  const session = new Session(options);
  run(session, at, { kind: 'start' }, prepared, { kind: 'opened' }, subscribed);
  expect(session.standing.state).toBe('live');
  return session;
}

const kinds = (actions: readonly Action[]) => actions.map(({ kind }) => kind);

test('looks products up, connects, subscribes, and is live once the exchange has said so', () => {
  const session = new Session(options);
  expect(run(session, 0, { kind: 'start' })).toEqual([{ kind: 'prepare' }]);
  expect(run(session, 0, prepared)).toEqual([{ kind: 'connect' }]);
  expect(run(session, 0, { kind: 'opened' })).toEqual([{ kind: 'subscribe', products: options.products }]);
  expect(session.standing).toMatchObject({ state: 'connecting', detail: '', marks: [] });
  expect(kinds(run(session, 0, subscribed))).toEqual(['look-for-gaps', 'log']);
  expect(session.standing).toMatchObject({ state: 'live', products: options.products });
});

test('takes trades also before the subscription is confirmed', () => {
  const session = new Session(options);
  run(session, 0, { kind: 'start' }, prepared, { kind: 'opened' });
  expect(kinds(run(session, 0, message(match(7))))).toContain('take');
});

describe('the first trade of a product', () => {
  test('makes it fetch the ones before', () => {
    expect(run(live(), 0, message(match(500)))).toEqual([
      { kind: 'take', trade: expect.objectContaining({ id: '500', side: 'sell' }) },
      { kind: 'fetch', product: 'BTC-USD', range: { first: 400, last: 499 }, untilKnown: true },
    ]);
  });

  test('has none before it where it is the first of all', () => {
    expect(kinds(run(live(), 0, message(match(1))))).toEqual(['take']);
    expect(run(live(), 0, message(match(3)))).toContainEqual(
      expect.objectContaining({ range: { first: 1, last: 2 }, untilKnown: true }),
    );
  });

  test('is told by heartbeats where it did not come', () => {
    expect(run(live(), 0, message(heartbeat(500)), message(heartbeat(500)))).toEqual([
      { kind: 'fetch', product: 'BTC-USD', range: { first: 500, last: 500 }, untilKnown: false },
      { kind: 'fetch', product: 'BTC-USD', range: { first: 400, last: 499 }, untilKnown: true },
    ]);
  });
});

test('fetches what the stream skips, within a connection and across one', () => {
  const session = live();
  run(session, 0, message(match(7)));
  expect(run(session, 0, message(match(10)))).toContainEqual(
    expect.objectContaining({ kind: 'fetch', range: { first: 8, last: 9 }, untilKnown: false }),
  );
  run(session, 0, { kind: 'closed', reason: 'gone' });
  run(session, 60_000, { kind: 'tick' }, prepared, { kind: 'opened' }, subscribed);
  expect(run(session, 60_000, message(match(20)))).toContainEqual(
    expect.objectContaining({ kind: 'fetch', range: { first: 11, last: 19 }, untilKnown: false }),
  );
  expect(session.counts).toMatchObject({ trades: 3, skipped: 11, connections: 2 });
});

test('hands repeated and overtaken trades on, and counts them', () => {
  const session = live();
  run(session, 0, message(match(7)), message(match(9)));
  for (const id of [8, 9]) expect(kinds(run(session, 0, message(match(id))))).toEqual(['take']);
  expect(session.counts).toMatchObject({ behind: 2, disordered: 2, skipped: 1 });
});

test('does nothing about products that it did not ask for', () => {
  expect(run(live(), 0, message(match(7, 'SOL-USD')))).toEqual([]);
});

describe('a connection that ends', () => {
  test('is followed by waits that double up to a limit, and by another lookup', () => {
    const session = new Session(options);
    run(session, 0, { kind: 'start' });
    let now = 0;
    const waits = [1_000, 2_000, 4_000, 8_000, 8_000].map((most) => {
      run(session, now, prepared);
      expect(kinds(run(session, now, { kind: 'closed', reason: 'refused' }))).toEqual(['disconnect', 'log']);
      const waitMs = session.wakeAt - now;
      now = session.wakeAt;
      expect(run(session, now, { kind: 'tick' })).toEqual([{ kind: 'prepare' }]);
      return waitMs === most;
    });
    expect(waits).toEqual([true, true, true, true, true]);
  });

  test('counts as a success where it was live for long', () => {
    const session = live(0);
    run(session, 5_000, { kind: 'closed', reason: 'gone' });
    expect(session.wakeAt).toBe(6_000);
    run(session, 6_000, { kind: 'tick' }, prepared, { kind: 'opened' }, subscribed);
    run(session, 7_000, { kind: 'closed', reason: 'gone' });
    expect(session.wakeAt).toBe(9_000);
    run(session, 9_000, { kind: 'tick' }, prepared, { kind: 'opened' }, subscribed);
    run(session, 19_000, { kind: 'closed', reason: 'gone' });
    expect(session.wakeAt).toBe(20_000);
  });

  test('says why it waits', () => {
    const session = live();
    run(session, 0, { kind: 'closed', reason: 'the connection was closed (1006)' });
    expect(session.standing).toMatchObject({ state: 'waiting', detail: 'the connection was closed (1006)' });
  });
});

describe('silence', () => {
  test('of one product is enough to connect anew', () => {
    const session = live(0);
    run(session, 9_000, message(heartbeat(7, 'ETH-USD')), message(match(7)));
    expect(session.wakeAt).toBe(10_000);
    expect(run(session, 9_999, { kind: 'tick' })).toEqual([]);
    expect(kinds(run(session, 10_000, { kind: 'tick' }))).toEqual(['disconnect', 'log']);
    expect(session.standing.detail).toBe('no heartbeat of BTC-USD for 10000 ms');
  });

  test('is broken by heartbeats of all', () => {
    const session = live(0);
    run(session, 9_000, message(heartbeat(7)), message(heartbeat(7, 'ETH-USD')));
    expect(session.wakeAt).toBe(19_000);
  });

  test.each(['connecting', 'subscribing'] as const)('while %s ends the attempt', (phase) => {
    const session = new Session(options);
    run(session, 0, { kind: 'start' }, prepared);
    if (phase === 'subscribing') run(session, 0, { kind: 'opened' });
    expect(kinds(run(session, 10_000, { kind: 'tick' }))).toEqual(['disconnect', 'log']);
    expect(session.standing.detail).toBe(`no progress while ${phase} for 10000 ms`);
  });
});

describe('what the exchange refuses', () => {
  test('stands in the detail while the rest is live', () => {
    const session = new Session(options);
    const refused = new Map([['ETH-USD', 'the exchange does not know ETH-USD']]);
    run(session, 0, { kind: 'start' }, { kind: 'prepared', ready: ['BTC-USD'], refused }, { kind: 'opened' });
    const error = message({ kind: 'error', reason: 'Failed to subscribe: BTC-USD is slow' });
    run(session, 0, error, error, message({ kind: 'subscriptions', products: ['BTC-USD'] }));
    expect(session.standing).toMatchObject({
      state: 'live',
      products: ['BTC-USD'],
      detail: 'the exchange does not know ETH-USD; Failed to subscribe: BTC-USD is slow',
    });
  });

  test('may be all there is', () => {
    const session = new Session(options);
    run(session, 0, { kind: 'start' }, { kind: 'prepared', ready: [], refused: new Map([['BTC-USD', 'unknown']]) });
    expect(session.standing).toMatchObject({ state: 'waiting', detail: 'no product to follow; unknown' });
    const other = new Session(options);
    run(other, 0, { kind: 'start' }, prepared, { kind: 'opened' }, message({ kind: 'subscriptions', products: [] }));
    expect(other.standing).toMatchObject({ state: 'waiting', detail: 'no product was subscribed' });
  });

  test('is forgotten with the next connection', () => {
    const session = live();
    run(session, 0, message({ kind: 'error', reason: 'ErrSlowConsume' }), { kind: 'closed', reason: 'gone' });
    expect(session.standing.detail).toBe('gone; ErrSlowConsume');
    run(session, 60_000, { kind: 'tick' }, prepared, { kind: 'opened' }, subscribed);
    expect(session.standing.detail).toBe('');
  });
});

describe('a full buffer', () => {
  test('ends the connection without moving past the trade that did not fit', () => {
    const session = live();
    run(session, 0, message(match(7)));
    expect(kinds(run(session, 0, message(match(8), false)))).toEqual(['disconnect', 'log']);
    expect(session.wakeAt).toBe(Infinity);
    expect(session.standing).toMatchObject({ state: 'waiting', detail: expect.stringContaining('more slowly') });

    expect(run(session, 60_000, { kind: 'tick' })).toEqual([]);
    run(session, 60_000, { kind: 'drained' });
    expect(run(session, 60_000, { kind: 'tick' })).toEqual([{ kind: 'prepare' }]);
    run(session, 60_000, prepared, { kind: 'opened' }, subscribed);
    expect(run(session, 60_000, message(match(20)))).toContainEqual(
      expect.objectContaining({ kind: 'fetch', range: { first: 8, last: 19 } }),
    );
  });

  test('takes heartbeats all the same', () => {
    const session = live();
    expect(run(session, 5_000, message(heartbeat(7), false))).toEqual([]);
    expect(session.standing.state).toBe('live');
  });
});

test('counts what is malformed, says so by its kind, and goes on', () => {
  const session = live();
  expect(run(session, 0, message({ kind: 'malformed', what: 'match', problem: 'price: no' }))).toEqual([
    {
      kind: 'log',
      level: 'warn',
      about: 'malformed match',
      message: 'a malformed match was left out: price: no',
    },
  ]);
  expect(session.counts.malformed).toBe(1);
  expect(session.standing.state).toBe('live');
});

test('waits when products cannot be looked up', () => {
  const session = new Session(options);
  run(session, 0, { kind: 'start' }, { kind: 'unprepared', reason: 'PortError: no answer' });
  expect(session.standing).toMatchObject({ state: 'waiting', detail: 'PortError: no answer' });
  expect(session.wakeAt).toBe(1_000);
});

test('reports marks of every product, as the exchange stated them', () => {
  const session = live();
  run(session, 0, message(match(7)), message(heartbeat(7)));
  run(session, 0, message(heartbeat(7)));
  expect(session.standing.marks).toEqual([{ product: 'BTC-USD', lastId: '7', time: '2026-01-01T00:00:00Z' }]);
});

test('does nothing any more once stopped', () => {
  const session = live();
  expect(run(session, 0, { kind: 'stop' })).toEqual([{ kind: 'disconnect' }]);
  expect(run(session, 0, message(match(7)), prepared, { kind: 'tick' })).toEqual([]);
  expect(session.standing).toMatchObject({ state: 'waiting', detail: 'stopped' });
  expect(session.wakeAt).toBe(Infinity);
});
