import fc from 'fast-check';
import { fifoToken } from './fifo-token.ts';

test('keeps what SQS takes legible', () => {
  expect(fifoToken('order-7')).toBe('t-order-7');
  expect(fifoToken('')).toBe('t-');
  expect(fifoToken('x'.repeat(126))).toHaveLength(128);
});

test('makes of any text one that SQS takes, and of two texts two', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 300 }), (one, two) => {
      for (const text of [one, two]) expect(fifoToken(text)).toMatch(/^[!-~]{1,128}$/);
      if (one !== two) expect(fifoToken(one)).not.toBe(fifoToken(two));
    }),
  );
});
