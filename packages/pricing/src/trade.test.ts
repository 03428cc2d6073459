import { buildTrade } from './testing/build-trade.ts';
import { compareTrades, sequenceOf } from './trade.ts';

test.each([
  ['0', 0],
  ['1', 1],
  ['907', 907],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740992', undefined],
  ['9999999999999999', undefined],
  ['10000000000000000', undefined],
  ['', undefined],
  ['00', undefined],
  ['01', undefined],
  ['1a', undefined],
  ['-1', undefined],
  ['1.0', undefined],
  ['٣', undefined],
])('the id "%s" is sequential as %s', (id, sequence) => {
  expect(sequenceOf(id)).toBe(sequence);
});

test('trades are ordered by time, then source, then id: numbers by value before other text', () => {
  const ordered = [
    buildTrade({ time: 1, source: 'z', id: '1' }),
    buildTrade({ time: 2, source: 'a', id: '9' }),
    buildTrade({ time: 2, source: 'a', id: '10' }),
    buildTrade({ time: 2, source: 'a', id: '-' }),
    buildTrade({ time: 2, source: 'a', id: '010' }),
    buildTrade({ time: 2, source: 'a', id: 'B' }),
    buildTrade({ time: 2, source: 'a', id: 'a' }),
    buildTrade({ time: 2, source: 'b', id: '1' }),
  ];
  expect(ordered.toReversed().sort(compareTrades)).toEqual(ordered);
  for (const trade of ordered) expect(compareTrades(trade, { ...trade })).toBe(0);
});
