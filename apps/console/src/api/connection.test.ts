import { connection, pollMs } from './connection.ts';

test('polls as usual while answered', () => {
  expect(pollMs(2_000, { kind: 'online' }, 1_000_000)).toBe(2_000);
  expect(pollMs(2_000, { kind: 'connecting' }, 1_000_000)).toBe(2_000);
});

test('waits longer the longer nothing is answered, up to half a minute', () => {
  const waits = [0, 3_000, 10_000, 40_000, 3_600_000].map((ms) => pollMs(2_000, { kind: 'offline', since: 0 }, ms));
  expect(waits).toEqual([2_000, 2_000, 5_000, 20_000, 30_000]);
});

test('tells listeners about changes only, and keeps when it went offline', () => {
  const seen: string[] = [];
  const leave = connection.subscribe(() => seen.push(connection.get().kind));
  connection.failed(5);
  connection.failed(9);
  expect(connection.get()).toEqual({ kind: 'offline', since: 5 });
  connection.answered();
  connection.answered();
  leave();
  connection.failed(11);
  expect(seen).toEqual(['offline', 'online']);
});
