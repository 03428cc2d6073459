import { Cron } from 'croner';
import fc from 'fast-check';
import { planCron, planEvery, tickOf, type SchedulePlan } from './schedule-plan.ts';
import { timerInstants } from './timer-call.ts';

const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
/** Looked at in each run: the hours around a change of the clocks. */
const spanMs = 6 * 3_600_000;

/** Fires a plan's trigger as the host does for a while, its status kept as TimerListener keeps it. @returns The ticks. */
function fire(plan: SchedulePlan, appZone: string, from: number, until: number): readonly number[] {
  const trigger = new Cron(plan.ncrontab, { timezone: appZone, paused: true, mode: '6-part' });
  const text = (at: number | undefined) =>
    at === undefined ? '0001-01-01T00:00:00+00:00' : new Date(at).toISOString();
  const ticks: number[] = [];
  let last: number | undefined = from;
  for (let next = trigger.nextRun(new Date(from)); next !== null && next.getTime() <= until;) {
    const now = next.getTime() + 15;
    const call = { scheduleStatus: { last: text(last), next: text(next.getTime()) } };
    const tick = tickOf(plan, timerInstants(call, now), now);
    if (tick !== undefined) ticks.push(tick);
    last = now;
    next = trigger.nextRun(new Date(now));
  }
  return ticks;
}

const field = (min: number, max: number, maxStep = 9): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min, max }).map(String),
    fc.integer({ min: 2, max: maxStep }).map((step) => `*/${step}`),
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    fc.uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 3 }).map((all) => all.join(',')),
  );
const pattern = fc
  .tuple(field(0, 59), field(0, 23), field(1, 28), fc.constant('*'), field(0, 7, 6))
  .map((fields) => fields.join(' '));
const start = fc.constantFrom(
  Date.UTC(2026, 2, 28, 22),
  Date.UTC(2026, 9, 24, 22),
  Date.UTC(2026, 2, 8, 4),
  Date.UTC(2026, 3, 4, 12),
  Date.UTC(2026, 6, 1, 5, 17),
);

test('ticks once at each instant of a cron pattern, in whichever zone the app and the pattern are', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom(...zones), fc.constantFrom(...zones), start, (text, zone, appZone, from) => {
      const plan = planCron('f', { pattern: text, timeZone: zone }, { timeZone: appZone, now: from });
      // Where the trigger knows the schedule, it is the host's to keep.
      fc.pre(plan.latest !== undefined);
      const until = from + spanMs;
      const cron = new Cron(text, { timezone: zone, paused: true, mode: '5-part' });
      const due: number[] = [];
      // Within the last hour an instant may wait for the next call.
      for (let at = cron.nextRun(new Date(from)); at !== null && at.getTime() <= until; at = cron.nextRun(at))
        due.push(at.getTime());
      const ticks = fire(plan, appZone, from, until + 3_600_000).filter((at) => at <= until);
      expect(ticks).toEqual(due);
    }),
    { numRuns: 40 },
  );
});

test('ticks once at each multiple of an interval, in whichever zone the app is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(...zones), start, (minutes, appZone, from) => {
      const plan = planEvery(minutes * 60_000, { timeZone: appZone, now: from });
      const until = from + spanMs;
      const first = Math.floor(from / (minutes * 60_000)) + 1;
      const count = Math.max(0, Math.floor(until / (minutes * 60_000)) - first + 1);
      const due = Array.from({ length: count }, (_, index) => (first + index) * minutes * 60_000);
      expect(fire(plan, appZone, from, until)).toEqual(due);
    }),
    { numRuns: 40 },
  );
});
