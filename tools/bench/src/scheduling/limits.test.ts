import type { Figures } from '../measure/figures.ts';
import { findFaults, holdAgainstLimits } from './limits.ts';
import { titleOf, type SubjectSeries } from './series.ts';

const series = (
  measurement: SubjectSeries['measurement'],
  subject: SubjectSeries['subject'],
  runs: readonly Figures[],
  open?: number,
): SubjectSeries => {
  const place = { subject, tuned: true, ...(open === undefined ? {} : { open }) };
  return { measurement, title: titleOf(place), ...place, runs };
};

test('compares medians with those of each peer that was measured, and leaves out the rest', () => {
  const limits = holdAgainstLimits([
    series('create', 'webhook', [{ perSecond: 90 }, { perSecond: 10 }, { perSecond: 60 }]),
    series('create', 'bullmq', [{ perSecond: 20 }]),
  ]);
  expect(limits).toEqual([
    {
      what: 'create, webhook target, against BullMQ',
      limit: 'at least 3.0x as fast',
      value: '3.0x as fast',
      reached: true,
      marginPercent: 0,
    },
  ]);
});

test('a task that is too late counts by the slowest of a hundred', () => {
  const [limit] = holdAgainstLimits([series('lateness', 'topic', [{ p99Ms: 7.5 }])]);
  expect(limit).toMatchObject({ limit: 'at most 5 ms', value: '7.5 ms', reached: false, marginPercent: -50 });
});

test('holds many open tasks against few, and the memory of who made them too', () => {
  const few = series(
    'million',
    'webhook',
    [{ perSecond: 130, startMs: 100, peakRssMb: 100, fillPeakRssMb: 300 }],
    100_000,
  );
  const many = series(
    'million',
    'webhook',
    [{ perSecond: 100, startMs: 2_001, peakRssMb: 200, fillPeakRssMb: 450 }],
    1_000_000,
  );
  expect(holdAgainstLimits([few, many]).map(({ value, reached }) => [value, reached])).toEqual([
    ['1.30x the time', true],
    ['2001 ms', false],
    ['200 MB', true],
    ['450 MB', false],
  ]);
});

test('finds tasks of ours that were lost or early; those of peers are their affair', () => {
  const bad = { lost: 1, early: 2 };
  const faults = findFaults([
    series('drain', 'webhook', [{ lost: 0, early: 0 }, bad]),
    series('drain', 'bullmq', [bad]),
    series('create', 'topic', [{ perSecond: 1 }]),
  ]);
  expect(faults).toEqual(['drain of Portolan, webhook target, run 2: 1 lost, 2 early']);
});
