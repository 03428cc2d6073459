import { linearize, VersionPairs, type Answered } from './linearize.ts';

const write = (value: number): Answered<number> => ({ explain: () => value });
const read = (answer: number): Answered<number> => ({ explain: (state) => (state === answer ? state : undefined) });

test('finds every state that some order of the calls leads to', () => {
  expect(linearize([0], [])).toEqual([0]);
  expect(new Set(linearize([0], [write(1), write(2)]))).toEqual(new Set([1, 2]));
});

test('keeps just the orders that explain the answers', () => {
  expect(linearize([0], [write(1), read(0)])).toEqual([1]);
  expect(linearize([0], [write(1), write(2), read(0)])).not.toContain(0);
  // The second read saw what the first had not, so that 1 was overwritten, or written last of all.
  expect(new Set(linearize([0], [write(1), write(2), read(1)]))).toEqual(new Set([1, 2]));
});

test('finds none where no order explains the answers', () => {
  expect(linearize([0], [write(1), read(2)])).toEqual([]);
});

test('starts from every state that is possible so far', () => {
  expect(linearize([1, 2], [read(2)])).toEqual([2]);
});

const a = { group: 'g', id: 'a' };
const b = { group: 'g', id: 'b' };

test('pairs versions one for one within a key', () => {
  const pairs = new VersionPairs().with(a, 'x', '1')!;
  expect(pairs.with(a, 'x', '1')).toBe(pairs);
  expect(pairs.reference(a, 'x')).toBe('1');
  expect(pairs.with(a, 'x', '2')).toBeUndefined();
  expect(pairs.with(a, 'y', '1')).toBeUndefined();
});

test('lets versions of two items be alike', () => {
  const pairs = new VersionPairs().with(a, 'x', '1')!.with(b, 'x', '2');
  expect(pairs?.reference(b, 'x')).toBe('2');
});

test('matches a version that was never paired with nothing', () => {
  expect(new VersionPairs().reference(a, '1')).not.toBe('1');
});
