import type { MeasurementName } from '../options.ts';
import { mb, ms, perSecond, plain } from '../report/table.ts';
import type { Presentation } from '../suite/suite.ts';

export const presentations: Readonly<Record<MeasurementName<'scheduling'>, Presentation>> = {
  create: {
    title: 'Scheduling: whole tasks, durable when answered, 100 callers at once',
    columns: [
      ['accepted', 'perSecond', perSecond],
      ['wait p50', 'p50Ms', ms],
      ['wait p99', 'p99Ms', ms],
      ['memory', 'peakRssMb', mb],
    ],
  },
  lateness: {
    title: 'Lateness: tasks due at random instants of a span',
    columns: [
      ['late p50', 'p50Ms', ms],
      ['late p99', 'p99Ms', ms],
      ['late max', 'maxMs', ms],
      ['lost', 'lost', plain],
      ['early', 'early', plain],
    ],
  },
  drain: {
    title: 'Drain: tasks due at one instant, until the last has reached its target',
    columns: [
      ['drained in', 'drainMs', ms],
      ['a second', 'perSecond', perSecond],
      ['all recorded', 'settledMs', ms],
      ['lost', 'lost', plain],
      ['early', 'early', plain],
      ['twice', 'twice', plain],
      ['memory', 'peakRssMb', mb],
    ],
  },
  million: {
    title: 'Many open tasks: start-up, then scheduling with 100 callers',
    columns: [
      ['start-up', 'startMs', ms],
      ['memory then', 'startRssMb', mb],
      ['accepted', 'perSecond', perSecond],
      ['wait p99', 'p99Ms', ms],
      ['memory at most', 'peakRssMb', mb],
      ['while filling', 'fillPeakRssMb', mb],
    ],
  },
  http: {
    title: 'Scheduling over HTTP on loopback, 100 connections',
    columns: [
      ['accepted', 'perSecond', perSecond],
      ['wait p50', 'p50Ms', ms],
      ['wait p99', 'p99Ms', ms],
    ],
  },
};
