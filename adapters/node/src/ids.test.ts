import { orderedIds } from './ids.ts';

test('gives ids of 26 digits of base 36 that are unique and in order, however many fall into one millisecond', () => {
  let now = 1_767_225_600_000;
  const ids = orderedIds({ now: () => now });
  const made: string[] = [];
  for (let n = 0; n < 50_000; n++) {
    if (n % 10_000 === 0) now++;
    made.push(ids.next());
  }
  expect(made.every((id) => /^[0-9a-z]{26}$/.test(id))).toBe(true);
  expect(new Set(made).size).toBe(made.length);
  expect([...made].sort()).toEqual(made);
});

test('keeps the order when the clock is set back', () => {
  let now = 1_767_225_600_000;
  const ids = orderedIds({ now: () => now });
  const before = ids.next();
  now -= 3_600_000;
  const during = ids.next();
  now += 7_200_000;
  const after = ids.next();
  expect([after, during, before].sort()).toEqual([before, during, after]);
});

test('starts every process and every millisecond elsewhere', () => {
  const now = 1_767_225_600_000;
  const first = Array.from({ length: 1_000 }, () => orderedIds({ now: () => now }).next());
  expect(new Set(first.map((id) => id.slice(10))).size).toBe(1_000);
});
