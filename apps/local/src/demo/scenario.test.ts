import { audit, type Arrival } from '../audit/audit.ts';
import type { Client } from './client.ts';
import { firstEvenSeconds, newBehaviour, patternOf, redrive, schedule } from './scenario.ts';

const start = Date.parse('2026-03-01T12:00:00Z');

/** A client whose platform says yes to everything, and notes what it was asked. */
function agreeing(body: object = {}) {
  const calls: string[] = [];
  const client: Client = {
    async call(expected, method, path) {
      calls.push(`${method} ${path} ${expected}`);
      return { body: { ...body }, sentAt: start - 900, answeredAt: start - 890 };
    },
  };
  return { client, calls };
}

test('promises every sort of task, all of them due before the end', async () => {
  const { client } = agreeing();
  const { promised, lastAt } = await schedule(client, start, 'http://receiver.example');
  expect(new Set(promised.map(({ task }) => task)).size).toBe(promised.length);
  expect(promised.find(({ task }) => task === 'cancelled')?.occurrences).toEqual([]);
  expect(promised.find(({ task }) => task === 'flaky')?.requests).toBe(3);
  expect(promised.find(({ task }) => task === 'delay-500')?.occurrences).toEqual([
    { earliestAt: start - 400, latestAt: start - 390 },
  ]);
  for (const { latestAt } of promised.flatMap(({ occurrences }) => occurrences)) expect(latestAt).toBeLessThan(lastAt);
});

test('a platform that delivers nothing keeps not one of the promises', async () => {
  const { client } = agreeing();
  const { promised } = await schedule(client, start, 'http://receiver.example');
  const { rows, faults } = audit(promised, [], { repeats: 'refused' });
  expect(faults).toHaveLength(rows.length - 1);
  expect(faults.every(({ kind }) => kind === 'missing')).toBe(true);
});

test('what comes of the cancelled task, or at the instant that a task was moved from, is a fault', async () => {
  const { client } = agreeing();
  const { promised } = await schedule(client, start, 'http://receiver.example');
  const arrival = (task: string, at: number): Arrival => ({
    task,
    webhookId: `${task}-run`,
    scheduledAt: at,
    arrivedAt: at,
    accepted: true,
    signed: true,
  });
  const { faults } = audit(promised, [arrival('cancelled', start + 3_000), arrival('later', start + 2_000)], {
    repeats: 'refused',
  });
  expect(faults.filter(({ kind }) => kind === 'unexpected').map(({ task }) => task)).toEqual(['cancelled', 'later']);
});

test('the receiver fails twice, and for good until it is repaired', () => {
  const { answer, repair } = newBehaviour();
  const statuses = (path: string) => Array.from({ length: 4 }, () => answer({ path }).status);
  expect(statuses('/flaky')).toEqual([503, 503, 204, 204]);
  expect(statuses('/broken')).toEqual([500, 500, 500, 500]);
  repair();
  expect(statuses('/broken')).toEqual([204, 204, 204, 204]);
  expect(statuses('/ok')).toEqual([204, 204, 204, 204]);
});

test('what was given up is sent back once it is there, and not before its receiver is repaired', async () => {
  const order: string[] = [];
  expect(await redrive(agreeing({ deadLetters: [] }).client, () => order.push('repaired'))).toBe(false);
  expect(order).toEqual([]);
  const { client, calls } = agreeing({ deadLetters: [{ id: 'run-1', task: 'broken' }] });
  expect(await redrive(client, () => order.push(...calls, 'repaired'))).toBe(true);
  expect(order).toEqual(['GET /dead-letters 200', 'repaired']);
  expect(calls.at(-1)).toBe('POST /dead-letters/run-1/redrive 202');
});

test.each([
  ['UTC', '0 0 12 1 3 *'],
  ['Asia/Kathmandu', '0 45 17 1 3 *'],
  ['Pacific/Kiritimati', '0 0 2 2 3 *'],
])('writes an instant as the pattern of clocks in %s', (zone, pattern) => {
  expect(patternOf(start, zone)).toBe(pattern);
});

test('counts even seconds from an instant on, that instant included', () => {
  expect(firstEvenSeconds(start, 2)).toEqual([start, start + 2_000]);
  expect(firstEvenSeconds(start + 1, 2)).toEqual([start + 2_000, start + 4_000]);
});
