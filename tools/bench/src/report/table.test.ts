import { limitsTable, seriesTable } from './table.ts';

test('shows medians with the range of the runs, and a dash for what a system cannot tell', () => {
  const run = { drainMs: 1_000, perSecond: 100_000, lost: 0, early: 0, twice: 0, peakRssMb: 99.6 };
  const table = seriesTable('drain', [
    { measurement: 'drain', subject: 'bullmq', tuned: true, runs: [run, { ...run, drainMs: 3_000 }] },
    { measurement: 'create', subject: 'topic', tuned: true, runs: [{ perSecond: 1 }] },
  ]);
  const [head, line, ...rest] = table.split('\n');
  expect(head).toMatch(/^\s+drained in\s+a second\s+all recorded\s+lost\s+early\s+twice\s+memory$/);
  expect(line).toMatch(/^ {2}BullMQ\s+2,000 ms \(1,000 ms - 3,000 ms\)\s+100,000\/s\s+-\s+0\s+0\s+0\s+100 MB$/);
  expect(rest).toEqual([]);
});

test('tells systems that were set up for speed from those as they come', () => {
  const runs = [{ p50Ms: 1, p99Ms: 2, maxMs: 3, lost: 0, early: 0 }];
  const names = seriesTable('lateness', [
    { measurement: 'lateness', subject: 'webhook', tuned: true, runs },
    { measurement: 'lateness', subject: 'graphile-worker', tuned: false, runs },
  ]);
  expect(names).toContain('Portolan, webhook target  ');
  expect(names).toContain('graphile-worker, defaults  ');
});

test('says of each limit whether and by how much it was reached', () => {
  const limit = { what: 'a', limit: 'at most 5 ms', value: '4 ms', reached: true, marginPercent: 20 };
  const table = limitsTable([limit, { ...limit, value: '10 ms', reached: false, marginPercent: -100 }]);
  expect(table).toMatch(/ {2}4 ms {2}reached by 20 %\n.*10 ms {2}MISSED by 100 %$/);
});
