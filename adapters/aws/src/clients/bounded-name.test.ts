import { boundedName, freeName } from './bounded-name.ts';

test('takes a name of just the length, and names the one that is longer', () => {
  expect(boundedName('queue', 'q'.repeat(80))).toHaveLength(80);
  expect(() => boundedName('queue', 'q'.repeat(81))).toThrow(`the queue "${'q'.repeat(81)}" has 81 characters`);
  expect(boundedName('table', 't'.repeat(255))).toHaveLength(255);
  expect(() => boundedName('table', 't'.repeat(256))).toThrow(RangeError);
});

test('cuts names that nobody looks up, and keeps them apart', () => {
  expect(freeName('rule', 'r'.repeat(64))).toBe('r'.repeat(64));
  const [one, two] = [freeName('rule', `${'r'.repeat(70)}1`), freeName('rule', `${'r'.repeat(70)}2`)];
  expect(one).toHaveLength(64);
  expect(one).not.toBe(two);
  expect(freeName('rule', `${'r'.repeat(70)}1`)).toBe(one);
});
