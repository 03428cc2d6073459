import { tmpdir } from 'node:os';
import { scratchRoot } from './scratch.ts';

test('temporary files go where there is room', () => {
  expect(scratchRoot(import.meta.dirname, 1)).toBe(import.meta.dirname);
});

test.each([
  ['is none', '/there/is/no/such/folder', 1],
  ['is full', import.meta.dirname, 2 ** 70],
])('they go to the usual place where the other one %s', (_why, folder, neededBytes) => {
  expect(scratchRoot(folder, neededBytes)).toBe(tmpdir());
});
