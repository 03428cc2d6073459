import type { Gap } from '../../api/answers.ts';
import { nextReadAt, shownPart, spansChanged, spanToReread } from './reread.ts';

const at = (time: string): number => Date.parse(`2026-03-29T${time}Z`);
const complete = { isLastComplete: true };

test('reads again a moment after the interval has ended', () => {
  expect(nextReadAt('1m', { readAt: at('13:05:50'), ...complete })).toBe(at('13:06:01'));
  // Read at the very end, when not all of its trades had come.
  expect(nextReadAt('1m', { readAt: at('13:06:00.500'), ...complete })).toBe(at('13:06:02.500'));
  expect(nextReadAt('1m', { readAt: at('13:06:01'), ...complete })).toBe(at('13:06:16'));
});

test('reads now and then however wide the interval, and rests however narrow it is', () => {
  expect(nextReadAt('1d', { readAt: at('13:05:50'), ...complete })).toBe(at('13:06:05'));
  expect(nextReadAt('1s', { readAt: at('13:05:50'), ...complete })).toBe(at('13:05:52'));
});

test('asks sooner for the proof that the last candle is complete', () => {
  expect(nextReadAt('1h', { readAt: at('13:05:50'), isLastComplete: false })).toBe(at('13:05:54'));
});

test('reads the present candle and a few before it', () => {
  expect(spanToReread('1m', { readAt: at('13:05:50') }, at('13:06:01'), at('13:06:00'))).toEqual({
    from: at('13:00:00'),
    to: at('13:07:00'),
  });
});

test('reads as far back as nothing was read, or as trades have changed', () => {
  expect(spanToReread('1m', { readAt: at('12:00:10') }, at('13:06:01'), at('13:05:00'))).toEqual({
    from: at('11:55:00'),
    to: at('13:07:00'),
  });
  const { from } = spanToReread('1s', { readAt: at('13:06:00'), changedFrom: at('13:04:40') }, at('13:06:02'), 0) as {
    from: number;
  };
  expect(from).toBe(at('13:04:20'));
});

test('begins anew where too much was missed', () => {
  expect(spanToReread('1s', { readAt: at('12:00:10') }, at('13:06:01'), 0)).toBe('all');
});

test('reads candles that are ahead of the clock', () => {
  expect(spanToReread('1m', { readAt: at('13:05:50') }, at('13:05:59'), at('13:07:00'))).toMatchObject({
    to: at('13:08:00'),
  });
});

const gap = (first: number, last: number, after: string, before: string): Gap => ({
  source: 'test',
  first: String(first),
  last: String(last),
  missing: last - first + 1,
  after: `2026-03-29T${after}.000000Z`,
  before: `2026-03-29T${before}.000000Z`,
});

test('spots where gaps were closed, narrowed or opened, and where they were not', () => {
  const stays = gap(1, 2, '10:00:00', '10:00:05');
  const before = [stays, gap(10, 19, '11:00:00', '11:00:09'), gap(30, 30, '12:00:00', '12:00:01')];
  const after = [stays, gap(15, 19, '11:00:04', '11:00:09'), gap(40, 41, '13:00:00', '13:00:02')];
  expect(spansChanged(before, after)).toEqual([
    { from: at('11:00:00'), to: at('11:00:09.001') },
    { from: at('12:00:00'), to: at('12:00:01.001') },
    { from: at('13:00:00'), to: at('13:00:02.001') },
  ]);
  expect(spansChanged(after, after)).toEqual([]);
});

test('reads again only what is shown of a span, in whole intervals', () => {
  const shown = { from: at('12:00:00'), to: at('13:00:00') };
  const span = (from: string, to: string) => ({ from: at(from), to: at(to) });
  expect(shownPart('5m', span('12:07:00', '12:11:00'), shown)).toEqual(span('12:05:00', '12:15:00'));
  expect(shownPart('5m', span('11:00:00', '12:10:00'), shown)).toEqual(span('12:00:00', '12:10:00'));
  expect(shownPart('5m', span('11:00:00', '12:00:00'), shown)).toBeUndefined();
  expect(shownPart('5m', span('14:00:00', '14:01:00'), shown)).toBeUndefined();
  expect(shownPart('1s', span('12:00:00', '13:00:00'), shown)).toBeUndefined();
});
