import { cronFault, latestOccurrence, nextOccurrence, type Recurrence } from './recurrence.ts';

type Policy = Partial<Pick<Extract<Recurrence, { kind: 'cron' }>, 'gap' | 'overlap'>>;
const cron = (pattern: string, timeZone = 'UTC', policy: Policy = {}): Recurrence => ({
  kind: 'cron',
  pattern,
  timeZone,
  gap: 'next',
  overlap: 'first',
  ...policy,
});

function runs(recurrence: Recurrence, from: string, count: number): string[] {
  const found: string[] = [];
  for (
    let at = nextOccurrence(recurrence, Date.parse(from));
    at !== undefined && found.length < count;
    at = nextOccurrence(recurrence, at)
  ) {
    found.push(new Date(at).toISOString().replace('.000Z', 'Z'));
  }
  return found;
}

// New York: 02:00 EST becomes 03:00 EDT at 2026-03-08T07:00Z; 02:00 EDT becomes 01:00 EST at 2026-11-01T06:00Z.
const newYork = 'America/New_York';

test.each([
  ['skip', ['2026-03-07T07:30:00Z', '2026-03-09T06:30:00Z']],
  ['next', ['2026-03-07T07:30:00Z', '2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z']],
  ['shift', ['2026-03-07T07:30:00Z', '2026-03-08T07:30:00Z', '2026-03-09T06:30:00Z']],
] as const)('a daily run in a gap with policy "%s"', (gap, expected) => {
  expect(runs(cron('30 2 * * *', newYork, { gap }), '2026-03-07T00:00:00Z', expected.length)).toEqual(expected);
});

test('a zone has its local mean time in the first centuries as well', () => {
  expect(runs(cron('0 3 * * *', 'Europe/Berlin'), '0050-01-01T00:00:00Z', 2)).toEqual([
    '0050-01-01T02:06:32Z',
    '0050-01-02T02:06:32Z',
  ]);
});

test.each([
  ['first', ['2026-10-31T05:30:00Z', '2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z']],
  ['last', ['2026-10-31T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-02T06:30:00Z']],
  ['both', ['2026-10-31T05:30:00Z', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', '2026-11-02T06:30:00Z']],
] as const)('a daily run in a repeated hour with policy "%s"', (overlap, expected) => {
  expect(runs(cron('30 1 * * *', newYork, { overlap }), '2026-10-31T00:00:00Z', expected.length)).toEqual(expected);
});

test.each(['skip', 'next', 'shift'] as const)(
  'every quarter of an hour runs straight through a gap, policy "%s" or not',
  (gap) => {
    expect(runs(cron('*/15 * * * *', newYork, { gap }), '2026-03-08T06:30:00Z', 4)).toEqual([
      '2026-03-08T06:45:00Z',
      '2026-03-08T07:00:00Z',
      '2026-03-08T07:15:00Z',
      '2026-03-08T07:30:00Z',
    ]);
  },
);

test.each(['first', 'last', 'both'] as const)(
  'every half hour runs straight through a repeated hour, policy "%s" or not',
  (overlap) => {
    expect(runs(cron('*/30 * * * *', newYork, { overlap }), '2026-11-01T05:00:00Z', 4)).toEqual([
      '2026-11-01T05:30:00Z',
      '2026-11-01T06:00:00Z',
      '2026-11-01T06:30:00Z',
      '2026-11-01T07:00:00Z',
    ]);
  },
);

test('every hour on the hour stays an hour apart through both changes', () => {
  expect(runs(cron('0 * * * *', newYork), '2026-11-01T04:30:00Z', 3)).toEqual([
    '2026-11-01T05:00:00Z',
    '2026-11-01T06:00:00Z',
    '2026-11-01T07:00:00Z',
  ]);
  expect(runs(cron('0 * * * *', newYork), '2026-03-08T06:00:00Z', 2)).toEqual([
    '2026-03-08T07:00:00Z',
    '2026-03-08T08:00:00Z',
  ]);
});

test('runs that a gap moves onto one another come once, in order', () => {
  expect(runs(cron('0,30 2,3 * * *', newYork, { gap: 'shift' }), '2026-03-08T05:00:00Z', 3)).toEqual([
    '2026-03-08T07:00:00Z',
    '2026-03-08T07:30:00Z',
    '2026-03-09T06:00:00Z',
  ]);
});

test('a gap of half an hour shifts by half an hour', () => {
  // Lord Howe Island: 02:00 +10:30 becomes 02:30 +11:00 at 2026-10-03T15:30Z.
  expect(runs(cron('15 2 * * *', 'Australia/Lord_Howe', { gap: 'shift' }), '2026-10-03T00:00:00Z', 1)).toEqual([
    '2026-10-03T15:45:00Z',
  ]);
  expect(runs(cron('15 2 * * *', 'Australia/Lord_Howe', { gap: 'next' }), '2026-10-03T00:00:00Z', 1)).toEqual([
    '2026-10-03T15:30:00Z',
  ]);
});

test('the day that Samoa skipped has no run with "skip", and one at its end with "next"', () => {
  expect(runs(cron('0 0 12 30 12 * 2011', 'Pacific/Apia', { gap: 'skip' }), '2011-12-28T00:00:00Z', 1)).toEqual([]);
  expect(runs(cron('0 0 12 30 12 * 2011', 'Pacific/Apia', { gap: 'next' }), '2011-12-28T00:00:00Z', 1)).toEqual([
    '2011-12-30T10:00:00Z',
  ]);
});

test('seconds, last days, nearest weekdays and nth weekdays follow the pattern standard', () => {
  expect(runs(cron('*/20 * * * * *'), '2026-01-01T00:00:00Z', 3)).toEqual([
    '2026-01-01T00:00:20Z',
    '2026-01-01T00:00:40Z',
    '2026-01-01T00:01:00Z',
  ]);
  expect(runs(cron('0 0 L * *'), '2026-02-01T00:00:00Z', 1)).toEqual(['2026-02-28T00:00:00Z']);
  expect(runs(cron('0 9 * * MON#2'), '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-12T09:00:00Z']);
  expect(runs(cron('@daily'), '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-02T00:00:00Z']);
});

test('a pattern that names a past year has no occurrence', () => {
  expect(runs(cron('0 0 0 1 1 * 2020'), '2026-01-01T00:00:00Z', 1)).toEqual([]);
  expect(runs(cron('0 0 31 2 *'), '2026-01-01T00:00:00Z', 1)).toEqual([]);
});

test('intervals follow their anchor', () => {
  const every = { kind: 'interval', everyMs: 90_000, anchor: Date.parse('2026-01-01T00:00:30Z') } as const;
  expect(runs(every, '2025-12-31T00:00:00Z', 2)).toEqual(['2026-01-01T00:00:30Z', '2026-01-01T00:02:00Z']);
  expect(runs(every, '2026-01-01T00:02:00Z', 1)).toEqual(['2026-01-01T00:03:30Z']);
});

test('the latest occurrence of a year of seconds is found at once', () => {
  const until = Date.parse('2027-01-01T00:00:00.500Z');
  expect(latestOccurrence(cron('* * * * * *'), Date.parse('2026-01-01T00:00:00Z'), until)).toBe(until - 500);
  expect(
    latestOccurrence(cron('0 0 1 1 *'), Date.parse('2026-02-01T00:00:00Z'), Date.parse('2026-12-31T00:00:00Z')),
  ).toBeUndefined();
});

test('a malformed pattern is told with its fault', () => {
  expect(cronFault('61 * * * *')).toBe('Invalid value for minute: 61');
  expect(cronFault('2026-01-01T00:00:00Z')).toBe('a cron pattern has no colon');
  expect(cronFault('* * * *')).toContain('exactly five, six, or seven');
  expect(cronFault('*/5 * * * *')).toBeUndefined();
});
