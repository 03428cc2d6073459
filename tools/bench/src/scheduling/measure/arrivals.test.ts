import { Arrivals } from './arrivals.ts';

const past = Date.now() - 1_000;
const future = Date.now() + 3_600_000;

test('a task that runs before its instant is early', () => {
  const arrivals = new Arrivals(2, (n) => (n === 0 ? past : future));
  arrivals.note(0);
  arrivals.note(1);
  expect(arrivals.audit).toEqual({ lost: 0, early: 1, twice: 0 });
});

test('a task that runs again counts once, and is no other task', async () => {
  const arrivals = new Arrivals(2, () => past);
  arrivals.note(1);
  arrivals.note(1);
  // None has come for no time at all, so that the wait is over.
  await arrivals.wait(0, past);
  expect(arrivals.audit).toEqual({ lost: 1, early: 0, twice: 1 });
  expect(arrivals.lateness()).toHaveLength(1);
});

test('the wait ends with the last task', async () => {
  const arrivals = new Arrivals(3, () => past);
  const waiting = arrivals.wait(3_600_000, future);
  for (const n of [2, 0, 1]) arrivals.note(n);
  await waiting;
  expect(arrivals.audit.lost).toBe(0);
  expect(Math.min(...arrivals.lateness())).toBeGreaterThanOrEqual(1_000);
  expect(arrivals.lastAt).toBeGreaterThan(past);
});
