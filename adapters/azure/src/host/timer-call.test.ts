import { timerInstants } from './timer-call.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 7);

test.each([
  [
    'the status',
    { scheduleStatus: { last: '2026-11-20T11:00:00.0123456+00:00', next: '2026-11-20T12:00:00+00:00' } },
    { last: Date.UTC(2026, 10, 20, 11, 0, 0, 12), next: Date.UTC(2026, 10, 20, 12) },
  ],
  [
    'instants in the zone of the app',
    { scheduleStatus: { last: '2026-11-20T12:00:00+01:00', next: '2026-11-20T13:00:00+01:00' } },
    { last: Date.UTC(2026, 10, 20, 11), next: Date.UTC(2026, 10, 20, 12) },
  ],
  [
    'the year 1 as never',
    { scheduleStatus: { last: '0001-01-01T00:00:00', next: '2026-11-20T12:00:00Z' } },
    { last: undefined, next: Date.UTC(2026, 10, 20, 12) },
  ],
  ['no status', {}, { last: undefined, next: Date.UTC(2026, 10, 20, 12) }],
  ['a status that is null', { scheduleStatus: null }, { last: undefined, next: Date.UTC(2026, 10, 20, 12) }],
])('reads %s', (_what, call, instants) => expect(timerInstants(call, now)).toEqual(instants));
