import { skewOf } from './server-clock.ts';

const at = (iso: string): number => Date.parse(iso);
const header = 'Thu, 24 Dec 2026 18:00:00 GMT';

test('trusts the own clock within what whole seconds and the way there explain', () => {
  expect(skewOf(header, at('2026-12-24T18:00:00.100Z'), at('2026-12-24T18:00:00.900Z'))).toBe(0);
  expect(skewOf(header, at('2026-12-24T18:00:02.000Z'), at('2026-12-24T18:00:02.400Z'))).toBe(0);
  expect(skewOf(header, at('2026-12-24T17:59:51Z'), at('2026-12-24T18:00:01Z'))).toBe(0);
});

test('finds a clock that is minutes off', () => {
  expect(skewOf(header, at('2026-12-24T18:05:00Z'), at('2026-12-24T18:05:01Z'))).toBe(-300_000);
  expect(skewOf(header, at('2026-12-24T17:55:00Z'), at('2026-12-24T17:55:00Z'))).toBe(300_500);
});

test('assumes nothing where there is no date', () => {
  expect(skewOf(null, 0, 0)).toBe(0);
  expect(skewOf('yesterday', 0, 0)).toBe(0);
});
