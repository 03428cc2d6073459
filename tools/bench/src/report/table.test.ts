import { limitsTable, mb, ms, perSecond, plain, seriesTable } from './table.ts';

test('shows medians with the range of the runs, and a dash for what a system cannot tell', () => {
  const run = { drainMs: 1_000, perSecond: 100_000, lost: 0, peakRssMb: 99.6 };
  const table = seriesTable(
    [{ measurement: 'drain', title: 'BullMQ', runs: [run, { ...run, drainMs: 3_000 }] }],
    [
      ['drained in', 'drainMs', ms],
      ['a second', 'perSecond', perSecond],
      ['all recorded', 'settledMs', ms],
      ['lost', 'lost', plain],
      ['memory', 'peakRssMb', mb],
    ],
  );
  const [head, line, ...rest] = table.split('\n');
  expect(head).toMatch(/^\s+drained in\s+a second\s+all recorded\s+lost\s+memory$/);
  expect(line).toMatch(/^ {2}BullMQ\s+2,000 ms \(1,000 ms - 3,000 ms\)\s+100,000\/s\s+-\s+0\s+100 MB$/);
  expect(rest).toEqual([]);
});

test('says of each limit whether and by how much it was reached', () => {
  const limit = { what: 'a', limit: 'at most 5 ms', value: '4 ms', reached: true, marginPercent: 20 };
  const table = limitsTable([limit, { ...limit, value: '10 ms', reached: false, marginPercent: -100 }]);
  expect(table).toMatch(/ {2}4 ms {2}reached by 20 %\n.*10 ms {2}MISSED by 100 %$/);
});
