import type { RunView } from '../api/answers.ts';
import { describeRuns, describeSchedule, nextRetryOf } from './describe.ts';

const run = (state: RunView['state']): RunView => ({ id: '', cause: 'schedule', state, dueAt: '', attempts: 0 });

test('says when a task runs', () => {
  expect(describeSchedule({ cron: '0 9 * * *', timeZone: 'Europe/Berlin' })).toEqual({
    main: '0 9 * * *',
    more: 'Europe/Berlin',
    literal: true,
  });
  expect(describeSchedule({ everyMs: 90_000 })).toEqual({ main: 'Every 1 min 30 s' });
  expect(describeSchedule({ at: '2026-12-24T18:00:00.000Z' }).main).toBe('Once');
});

test('counts the latest runs by how they ended', () => {
  expect(describeRuns([])).toBe('No runs yet');
  expect(describeRuns([run('succeeded'), run('failed'), run('succeeded')])).toBe('Latest runs: 2 succeeded, 1 failed');
});

test('finds the retry that comes first', () => {
  const later = { ...run('pending'), nextAttemptAt: '2026-06-01T10:00:00.000Z' };
  const sooner = { ...run('pending'), nextAttemptAt: '2026-06-01T09:00:00.000Z' };
  expect(nextRetryOf([run('succeeded'), later, sooner])).toBe(sooner.nextAttemptAt);
  expect(nextRetryOf([run('succeeded')])).toBeUndefined();
});
