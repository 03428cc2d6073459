import { readMessage } from './messages.ts';
import { reportedTrade } from './trade.ts';

/** As the exchange sent it. */
const match = {
  type: 'match',
  trade_id: 1099995624,
  maker_order_id: '886cfa0b-c186-48d7-872c-21e24e710159',
  taker_order_id: '398a1ee7-48a9-407d-abe5-98fe31687336',
  side: 'buy',
  size: '0.00000021',
  price: '84149.24',
  product_id: 'BTC-USD',
  sequence: 136967653295,
  time: '2026-09-29T13:45:58.467935Z',
};

const read = (message: object) => readMessage(JSON.stringify(message));

test.each(['match', 'last_match'])('reads a %s', (type) => {
  expect(read({ ...match, type })).toEqual({
    kind: 'match',
    product: 'BTC-USD',
    sequence: 136967653295,
    trade: {
      trade_id: 1099995624,
      time: '2026-09-29T13:45:58.467935Z',
      price: '84149.24',
      size: '0.00000021',
      side: 'buy',
    },
  });
});

test.each([
  ['buy', 'sell'],
  ['sell', 'buy'],
] as const)('a maker that wanted to %s means a taker that wanted to %s', (maker, taker) => {
  const trade = { trade_id: 7, time: '2026-09-29T13:45:58Z', price: '1', size: '2', side: maker };
  expect(reportedTrade('coinbase', 'BTC-USD', trade)).toEqual({
    product: 'BTC-USD',
    id: '7',
    time: '2026-09-29T13:45:58Z',
    price: '1',
    size: '2',
    side: taker,
    source: 'coinbase',
  });
});

test.each(['84149.24', '10.00000000', '0.10', '123456789012345678.000000000000000001'])(
  'leaves the price %s as it is',
  (price) => {
    expect(read({ ...match, price })).toMatchObject({ trade: { price } });
  },
);

test('cuts a time off behind its microseconds, and adds nothing to a shorter one', () => {
  expect(read({ ...match, time: '2026-09-29T13:45:58.467935999Z' })).toMatchObject({ trade: { time: match.time } });
  expect(read({ ...match, time: '2026-09-29T13:45:58.4Z' })).toMatchObject({
    trade: { time: '2026-09-29T13:45:58.4Z' },
  });
});

test('reads heartbeats, also those that name no trade', () => {
  const beat = { type: 'heartbeat', product_id: 'BTC-USD', sequence: 9, time: '2026-09-29T13:45:59.000000Z' };
  for (const last of [0, 1099995625]) {
    expect(read({ ...beat, last_trade_id: last })).toEqual({
      kind: 'heartbeat',
      product: 'BTC-USD',
      sequence: 9,
      lastTradeId: last,
      time: '2026-09-29T13:45:59.000000Z',
    });
  }
});

test('reads which products are subscribed, by the channel of matches', () => {
  const channels = [
    { name: 'heartbeat', product_ids: ['BTC-USD', 'ETH-USD'], account_ids: null },
    { name: 'matches', product_ids: ['BTC-USD'], account_ids: null },
  ];
  expect(read({ type: 'subscriptions', channels })).toEqual({ kind: 'subscriptions', products: ['BTC-USD'] });
  expect(read({ type: 'subscriptions', channels: [] })).toEqual({ kind: 'subscriptions', products: [] });
});

test('reads why the exchange refuses', () => {
  expect(read({ type: 'error', message: 'Failed to subscribe', reason: 'X-USD is not a valid product' })).toEqual({
    kind: 'error',
    reason: 'Failed to subscribe: X-USD is not a valid product',
  });
  expect(read({ type: 'error', message: 'x'.repeat(5_000) })).toMatchObject({ reason: 'x'.repeat(300) });
});

test('passes over types that it does not know', () => {
  expect(read({ type: 'auction', product_id: 'BTC-USD' })).toEqual({ kind: 'other' });
});

test.each([
  ['', 'JSON'],
  ['{"type":"match","trade_id":1', 'JSON'],
  ['[]', 'message'],
  ['null', 'message'],
  ['7', 'message'],
  ['{"type":7}', 'message'],
  ['{"type":"subscriptions","channels":"all"}', 'subscriptions'],
  ['{"type":"heartbeat","product_id":"BTC-USD"}', 'heartbeat'],
  ['{"type":"error","message":{}}', 'error'],
])('says what is malformed in %s', (text, what) => {
  expect(readMessage(text)).toMatchObject({ kind: 'malformed', what });
});

test.each([
  { trade_id: '7' },
  { trade_id: 0 },
  { trade_id: 1.5 },
  { trade_id: 2 ** 53 },
  { price: 84149.24 },
  { price: '1e3' },
  { price: '01' },
  { price: '5.' },
  { price: '-1' },
  { price: '' },
  { time: '2026-02-30T00:00:00Z' },
  { size: '.5' },
  { side: 'bid' },
  { time: 'today' },
  { time: '2026-13-29T13:45:58Z' },
  { time: '2026-09-29T13:45:58+01:00' },
  { product_id: '../BTC' },
  { sequence: -1 },
])('takes no match with %j', (wrong) => {
  expect(read({ ...match, ...wrong })).toMatchObject({
    kind: 'malformed',
    what: 'match',
    problem: expect.stringContaining(Object.keys(wrong)[0]!),
  });
});
