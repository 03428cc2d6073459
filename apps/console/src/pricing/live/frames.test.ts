import { frameOf, liveUrl } from './frames.ts';

test('reads frames, and lets alone what it does not know', () => {
  const trades = { type: 'trades', product: 'BTC-USD', trades: [] };
  expect(frameOf(JSON.stringify(trades))).toEqual(trades);
  for (const odd of [
    '',
    '[]',
    'null',
    '{"type":"news"}',
    '{"type":"trades"}',
    '{"type":"toString"}',
    new ArrayBuffer(2),
  ])
    expect(frameOf(odd)).toBeUndefined();
});

test('finds the socket on the origin of the page, encrypted where the page is', () => {
  expect(liveUrl('http://127.0.0.1:4400/#/pricing', ['BTC-USD', 'ETH-USD'])).toBe(
    'ws://127.0.0.1:4400/pricing/v1/live?products=BTC-USD,ETH-USD',
  );
  expect(liveUrl('https://prices.example/console/?a=b', ['a&b'])).toBe(
    'wss://prices.example/pricing/v1/live?products=a%26b',
  );
});
