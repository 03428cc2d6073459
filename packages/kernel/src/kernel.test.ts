import fc from 'fast-check';
import {
  compareUtf8,
  continueTrace,
  errorCodes,
  formatDuration,
  fullJitter,
  Heap,
  judgeFailure,
  keyOf,
  PoisonMessage,
  PortError,
  RetryLater,
  table,
  utf8Bytes,
} from './index.ts';
import { seededRandom } from './testing/index.ts';
import * as z from 'zod';

const encoder = new TextEncoder();

test('sizes and orders of strings are those of their UTF-8 bytes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(utf8Bytes(a)).toBe(encoder.encode(a).length);
      expect(Math.sign(compareUtf8(a, b))).toBe(Math.sign(Buffer.compare(encoder.encode(a), encoder.encode(b))));
    }),
    { numRuns: 2_000 },
  );
  expect(utf8Bytes('\ud800')).toBe(3);
});

test('a heap gives its items back in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (numbers) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const number of numbers) heap.push(number);
      const popped = Array.from({ length: numbers.length }, () => heap.pop());
      expect(popped).toEqual(numbers.toSorted((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

test.each([
  [1, 0.999, 1_000],
  [3, 0.999, 4_000],
  [30, 0.999, 60_000],
  [1_000, 0.999, 60_000],
  [5, 0, 0],
])('after %i attempts a draw of %d waits within the ceiling', (attempts, draw, ceiling) => {
  const waitMs = fullJitter(attempts, draw, { baseMs: 1_000, capMs: 60_000 });
  expect(waitMs).toBeLessThanOrEqual(ceiling);
  expect(waitMs).toBeGreaterThanOrEqual(Math.floor(draw * ceiling));
});

test('a wait before any attempt is a programming error', () => {
  expect(() => fullJitter(0, 0.5, { baseMs: 1, capMs: 1 })).toThrow(RangeError);
});

test('a trace goes on under its id, keeps its flags and correlation, and starts anew where it is malformed', () => {
  const random = seededRandom(1);
  const parent = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', correlationId: 'order-7' };
  const child = continueTrace(parent, random);
  expect(child.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
  expect(child.correlationId).toBe('order-7');
  for (const traceparent of [
    '00-0-0-01',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `ff-${'1'.repeat(32)}-b7ad6b7169203331-01`,
  ]) {
    const fresh = continueTrace({ traceparent }, random);
    expect(fresh.traceparent).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(fresh.correlationId).toBe(fresh.traceparent.slice(3, 35));
  }
});

test.each([
  [new PoisonMessage('bad'), 1, 'dead'],
  [new PortError('unsupported', 'never'), 1, 'dead'],
  [new Error('oops'), 4, 'again'],
  [new Error('oops'), 5, 'dead'],
  [new RetryLater(10), 1_000, 'again'],
])('%s at attempt %i is %s', (error, attempt, kind) => {
  expect(judgeFailure(error, attempt, 5).kind).toBe(kind);
});

test('only failures that may pass are worth repeating', () => {
  expect(errorCodes.filter((code) => new PortError(code, '').retryable)).toEqual([
    'conflict',
    'throttled',
    'unavailable',
    'timeout',
  ]);
});

test.each([
  ['', 'a string of 1 to 256 bytes'],
  ['x'.repeat(257), 'a string of 1 to 256 bytes'],
  ['a\u0000b', 'without control characters'],
  [7, 'not 7'],
])('%j cannot be a key, and is told so with the table and the field', (id, expected) => {
  const rows = table('rows', { item: z.object({ id: z.string() }), key: ['id'] });
  expect(() => keyOf(rows, { id })).toThrow(expected);
  expect(() => keyOf(rows, { id })).toThrow('table "rows": key field "id"');
});

test.each([
  [900_000, '15 min'],
  [1, '1 ms'],
  [604_800_000, '7 d'],
  [90_000, '90 s'],
])('%i ms reads %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
