import { operations } from '@portolan/scheduling';
import { parse } from '@portolan/kernel';
import type { TaskView } from '../../api/answers.ts';
import { upcomingRequest } from './upcoming-request.ts';

const next = '2026-06-01T10:00:00.000Z';
const at = Date.parse(next);
const task = { nextRunAt: next, flexibleWindowMs: 0, gap: 'skip', overlap: 'both', timeZone: 'UTC' } as TaskView;

test('begins with the next run, of a pattern and of an interval', () => {
  expect(upcomingRequest({ ...task, cron: '0 * * * *' })).toMatchObject({ from: at - 1, gap: 'skip', overlap: 'both' });
  expect(upcomingRequest({ ...task, everyMs: 60_000 })).toEqual({ everyMs: 60_000, from: at - 60_000, count: 5 });
});

test('goes back to the occurrence where the start is spread over a window', () => {
  expect(upcomingRequest({ ...task, cron: '0 * * * *', flexibleWindowMs: 5_000 })?.from).toBe(at - 5_001);
});

test('shows nothing for what runs once, or no more', () => {
  expect(upcomingRequest({ ...task, at: next })).toBeUndefined();
  const { nextRunAt: _, ...over } = task;
  expect(upcomingRequest({ ...over, cron: '0 * * * *' } as TaskView)).toBeUndefined();
});

test('is what the API takes', () => {
  const request = upcomingRequest({ ...task, cron: '0 * * * *', until: '2027-01-01T00:00:00.000Z' });
  expect(parse(operations.preview.body!, request).kind).toBe('valid');
});
