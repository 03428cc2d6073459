import { audit, type Arrival, type Promised } from '../audit/audit.ts';
import { reportOf, verdictOf } from './report.ts';

const due = Date.parse('2026-01-01T00:00:00Z');
const promised = (task: string, label: string): Promised => ({
  task,
  label,
  occurrences: [{ earliestAt: due, latestAt: due }],
  answered: true,
});
const arrival = (task: string, more: Partial<Arrival> = {}): Arrival => ({
  task,
  webhookId: `${task}-run`,
  scheduledAt: due,
  arrivedAt: due + 4,
  accepted: true,
  signed: true,
  ...more,
});
const refused = { repeats: 'refused' } as const;

test('shows promised against actual times, and says that all is well', () => {
  const outcome = audit(
    [promised('a', 'one'), { ...promised('b', 'cancelled'), occurrences: [] }],
    [arrival('a')],
    refused,
  );
  expect(reportOf(outcome)).toBe(
    [
      'asked for  promised      arrived       late  requests',
      'one        00:00:00.000  00:00:00.004  4 ms  1         ok',
      'cancelled  never         -             -     0         ok',
      '',
      'PASSED: all 1 promised arrivals came, each once, none early, the latest by 4 ms; every signature was good.',
    ].join('\n'),
  );
});

test('shows many under one label in one line', () => {
  const ids = Array.from({ length: 7 }, (_, n) => `t${n}`);
  const outcome = audit(
    ids.map((id) => promised(id, 'batch')),
    ids.slice(1).map((id, n) => arrival(id, { arrivedAt: due + n })),
    refused,
  );
  expect(reportOf(outcome)).toMatch(/^batch +00:00:00\.000 +6 of 7 +0 to 5 ms +6 +1 faults$/m);
});

test.each<[string, Arrival[], string]>([
  ['nothing comes', [], '1 missing'],
  ['it comes early', [arrival('a', { arrivedAt: due - 1 })], '1 early'],
  ['it comes twice', [arrival('a'), arrival('a')], '1 double'],
  ['it is not signed', [arrival('a', { signed: false })], '1 unsigned'],
  ['something else comes', [arrival('a'), arrival('b')], '1 unexpected'],
])('fails, and says why, when %s', (_case, arrivals, why) => {
  const outcome = audit([promised('a', 'one')], arrivals, refused);
  expect(verdictOf(outcome)).toBe(`FAILED: of 1 promised arrivals: ${why}.`);
  expect(reportOf(outcome)).toContain(`${outcome.faults[0]!.kind}: ${outcome.faults[0]!.task}: `);
});
