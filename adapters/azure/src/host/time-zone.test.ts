import { appTimeZone, differsByMultiples } from './time-zone.ts';

test.each([
  [{}, 'UTC'],
  [{ WEBSITE_TIME_ZONE: '' }, 'UTC'],
  [{ TZ: 'Europe/Berlin' }, 'Europe/Berlin'],
  [{ WEBSITE_TIME_ZONE: 'Romance Standard Time', TZ: 'UTC' }, 'Romance Standard Time'],
])('reads the zone of an app from %j', (env, zone) => expect(appTimeZone(env)).toBe(zone));

test.each([
  ['UTC', 60, true],
  ['Europe/Paris', 60, true],
  ['America/St_Johns', 60, false],
  ['America/St_Johns', 30, true],
  ['Asia/Kathmandu', 30, false],
  ['Asia/Kathmandu', 15, true],
  // Half an hour in summer only.
  ['Australia/Lord_Howe', 60, false],
  ['Romance Standard Time', 60, false],
  ['Romance Standard Time', 1, true],
])('tells whether %s differs from UTC by multiples of %d min', (zone, minutes, differs) => {
  expect(differsByMultiples(zone, minutes, Date.UTC(2026, 10, 20))).toBe(differs);
});
