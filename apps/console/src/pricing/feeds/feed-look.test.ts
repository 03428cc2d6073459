import type { Feed } from '../../api/answers.ts';
import { feedsOf, lookOf } from './feed-look.ts';

const now = Date.parse('2026-03-29T13:05:00Z');
const feed = (changes: Partial<Feed> = {}): Feed => ({
  source: 'coinbase',
  state: 'live',
  endpoint: 'wss://ws-feed.exchange.coinbase.com',
  simulated: false,
  products: ['BTC-USD'],
  marks: [],
  updatedAt: '2026-03-29T13:04:58.000Z',
  ...changes,
});

test('names the exchange, and says plainly when it is simulated', () => {
  expect(lookOf(feed(), now)).toMatchObject({ name: 'Coinbase Exchange', state: 'live', tone: 'good' });
  expect(lookOf(feed({ simulated: true }), now).name).toBe('Simulated exchange');
  expect(lookOf(feed({ source: 'house' }), now).name).toBe('house');
});

test('tells why a feed waits', () => {
  expect(lookOf(feed({ state: 'waiting', detail: 'closed with 1006' }), now)).toMatchObject({
    state: 'waiting to connect again',
    detail: 'closed with 1006',
  });
});

test('does not believe a feed that has fallen silent', () => {
  const look = lookOf(feed({ updatedAt: '2026-03-29T13:00:00.000Z' }), now);
  expect(look).toMatchObject({ state: 'not heard of', detail: 'for 5 min', tone: 'bad' });
});

test('finds the feeds of a product, live ones first', () => {
  const feeds = [
    feed({ source: 'a', state: 'waiting' }),
    feed({ source: 'b' }),
    feed({ source: 'c', products: ['ETH-USD'] }),
  ];
  expect(feedsOf(feeds, 'BTC-USD').map(({ source }) => source)).toEqual(['b', 'a']);
});
