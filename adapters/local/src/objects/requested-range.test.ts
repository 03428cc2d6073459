import { requestedRange } from './requested-range.ts';

test.each([
  ['bytes=0-0', 10, { from: 0, to: 1 }],
  ['bytes=2-4', 10, { from: 2, to: 5 }],
  ['bytes=2-', 10, { from: 2, to: 10 }],
  ['bytes=2-99', 10, { from: 2, to: 10 }],
  ['bytes=-3', 10, { from: 7, to: 10 }],
  ['bytes=-99', 10, { from: 0, to: 10 }],
  ['Bytes= 2-4 ', 10, { from: 2, to: 5 }],
  ['bytes=9-9', 10, { from: 9, to: 10 }],
])('%s of %i bytes', (header, sizeBytes, expected) => {
  expect(requestedRange(header, sizeBytes)).toEqual(expected);
});

test.each([
  ['bytes=10-', 10],
  ['bytes=10-12', 10],
  ['bytes=-0', 10],
  ['bytes=0-0', 0],
  ['bytes=-5', 0],
])('%s of %i bytes has none of them', (header, sizeBytes) => {
  expect(requestedRange(header, sizeBytes)).toBe('unsatisfiable');
});

test.each([
  undefined,
  '',
  'bytes=-',
  'bytes=4-2',
  'bytes=a-b',
  'bytes=0-1,4-5',
  'items=0-1',
  'bytes=0-1x',
  'bytes=0 -1',
])('takes %j for a request of everything', (header) => {
  expect(requestedRange(header, 10)).toBeUndefined();
});
