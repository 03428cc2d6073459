import { readRetryAfter } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12);
const dayMs = 86_400_000;

test.each<[string | undefined, number | undefined]>([
  [undefined, undefined],
  ['0', 0],
  ['120', 120_000],
  [' 5 ', 5_000],
  ['86401', dayMs],
  ['9'.repeat(400), dayMs],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
  ['Fri, 01 Jan 2027 12:00:00 GMT', dayMs],
  ['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
  ['1.5', undefined],
  ['-5', undefined],
  ['', undefined],
  ['soon', undefined],
  ['2026-01-01T12:00:30Z', undefined],
  ['Thu, 99 Jan 2026 12:00:30 GMT', undefined],
])('%j is %s', (header, expected) => {
  expect(readRetryAfter(header, now)).toBe(expected);
});
