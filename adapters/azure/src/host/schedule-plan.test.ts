import { CompositionError } from '@portolan/composition';
import { planCron, planEvery, tickOf, type SchedulePlan } from './schedule-plan.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 10, 20, 12);
const inZone = (timeZone: string) => ({ timeZone, now });
const cron = (pattern: string, timeZone: string, appZone = 'UTC') =>
  planCron('service "s": function "f"', { pattern, timeZone }, inZone(appZone));
const isExact = ({ latest }: SchedulePlan): boolean => latest === undefined;

test.each([
  [1, 'UTC', '0 * * * * *', true],
  [5, 'UTC', '0 */5 * * * *', true],
  [5, 'Asia/Kathmandu', '0 */5 * * * *', true],
  [30, 'Asia/Kolkata', '0 */30 * * * *', true],
  [60, 'Europe/Paris', '0 0 * * * *', true],
  [120, 'UTC', '0 0 */2 * * *', true],
  [1_440, 'UTC', '0 0 0 * * *', true],
  [7, 'UTC', '0 * * * * *', false],
  [90, 'UTC', '0 */30 * * * *', false],
  [2_160, 'UTC', '0 0 * * * *', false],
  [1_440, 'Europe/Paris', '0 0 * * * *', false],
  [30, 'Asia/Kathmandu', '0 */30 * * * *', false],
  [60, 'Romance Standard Time', '0 * * * * *', false],
])('fires every %d min, in an app of %s, by "%s"', (minutes, zone, ncrontab, exact) => {
  const plan = planEvery(minutes * minute, inZone(zone));
  // Half an hour in a zone of three quarters: fired by the minute, as nothing coarser meets it.
  expect(plan.ncrontab).toBe(zone === 'Asia/Kathmandu' && minutes === 30 ? '0 * * * * *' : ncrontab);
  expect(isExact(plan)).toBe(exact);
});

test.each([
  ['30 3 * * *', 'UTC', 'UTC'],
  ['30 3 * * *', 'Europe/Paris', 'Europe/Paris'],
  ['*/15 8-18 1,15 JAN-JUN *', 'UTC', 'UTC'],
  ['0 9 * * MON-FRI', 'UTC', 'UTC'],
])('leaves "%s" in %s to an app of the same zone', (pattern, zone, appZone) => {
  expect(cron(pattern, zone, appZone)).toEqual({ ncrontab: `0 ${pattern}` });
});

test.each([
  ['another zone', '30 3 * * *', 'Europe/Paris', 'UTC', '0 30 * * * *'],
  ['a zone of half an hour', '30 3 * * *', 'Asia/Kolkata', 'UTC', '0 * * * * *'],
  ['an app in a zone that only Windows knows', '30 3 * * *', 'UTC', 'Romance Standard Time', '0 * * * * *'],
  ['a day of the month or of the week', '0 0 13 * FRI', 'UTC', 'UTC', '0 0 * * * *'],
  ['7 for Sunday', '0 0 * * 7', 'UTC', 'UTC', '0 0 * * * *'],
  ['a week that ends on Sunday', '0 0 * * FRI-SUN', 'UTC', 'UTC', '0 0 * * * *'],
  ['the last day of the month', '0 0 L * *', 'UTC', 'UTC', '0 0 * * * *'],
  ['the last Friday', '0 0 * * 5L', 'UTC', 'UTC', '0 0 * * * *'],
  ['a question mark', '? * * * *', 'UTC', 'UTC', '0 * * * * *'],
])('fires more often, and looks, for %s', (_what, pattern, zone, appZone, ncrontab) => {
  const plan = cron(pattern, zone, appZone);
  expect(plan.ncrontab).toBe(ncrontab);
  expect(isExact(plan)).toBe(false);
});

test.each([
  ['every noon', 'UTC'],
  ['0 0 * * * *', 'UTC'],
  ['61 * * * *', 'UTC'],
  ['0 * * * *', 'Europe/Atlantis'],
])('refuses "%s" in %s, and names it', (pattern, zone) => {
  expect(() => cron(pattern, zone)).toThrow(CompositionError);
  expect(() => cron(pattern, zone)).toThrow(
    `service "s": function "f": cron pattern "${pattern}" in time zone "${zone}"`,
  );
});

describe('a call of the trigger', () => {
  const exact = planEvery(5 * minute, inZone('UTC'));
  const often = planEvery(90 * minute, inZone('UTC'));
  const due = Date.UTC(2026, 10, 20, 12);
  // Half past noon is no multiple of 90 minutes since 1970; noon is.
  const between = due + 30 * minute;

  test('is for the instant it was due, where the trigger knows the schedule', () => {
    expect(tickOf(exact, { next: due }, due + 700)).toBe(due);
    expect(tickOf(exact, { next: due, last: due - hour }, due + 9 * hour)).toBe(due);
  });
  test('runs nothing between two instants', () => {
    expect(tickOf(often, { last: due + 20, next: between }, between + 20)).toBeUndefined();
    expect(tickOf(often, { next: between }, between + 20)).toBeUndefined();
  });
  test('runs at an instant of the schedule, also when it comes a little early', () => {
    expect(tickOf(often, { last: due - 30 * minute, next: due }, due + 20)).toBe(due);
    expect(tickOf(often, { last: due - 30 * minute, next: due }, due - 20)).toBe(due);
  });
  test('makes up for all that was missed by the last of it', () => {
    expect(tickOf(often, { last: due - 20 * hour, next: due - 19 * hour }, between)).toBe(due);
  });
});
