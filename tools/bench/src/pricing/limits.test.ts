import type { Figures } from '../measure/figures.ts';
import { findFaults, holdAgainstLimits } from './limits.ts';
import { trials, type TrialName, type TrialSeries } from './trials.ts';

const series = (trial: TrialName, runs: readonly Figures[]): TrialSeries => ({ ...trials[trial], trial, runs });

test('compares medians with those of ccxt, and leaves out what was not measured', () => {
  const ours = series('fold', [{ perSecond: 90 }, { perSecond: 10 }, { perSecond: 50 }]);
  expect(holdAgainstLimits([ours])).toEqual([]);
  expect(holdAgainstLimits([ours, series('ccxt', [{ perSecond: 20 }])])).toMatchObject([
    { limit: 'at least 2.0x as fast', value: '2.5x as fast', reached: true },
  ]);
});

test('holds the import against its time, and the memory of both processes', () => {
  const limits = holdAgainstLimits([
    series('import', [{ rows: 1_000_000, importMs: 19_000, importerRssMb: 301, platformRssMb: 299, lost: 0 }]),
  ]);
  expect(limits[0]).toMatchObject({ what: 'import of 1000000 trades' });
  expect(limits.map(({ value, reached }) => [value, reached])).toEqual([
    ['19.0 s', true],
    ['301 MB', false],
    ['299 MB', true],
  ]);
});

test('an average may read one object of each level on each side', () => {
  const limitOf = (readsMax: number) => holdAgainstLimits([series('average', [{ readsMax }])])[0];
  expect(limitOf(10)).toMatchObject({ limit: 'at most 10 objects', reached: true });
  expect(limitOf(11)).toMatchObject({ reached: false });
});

test('finds trades of ours that were lost; what a peer counts is its affair', () => {
  const faults = findFaults([series('ingest', [{ lost: 0 }, { lost: 2 }]), series('ccxt', [{ lost: 5 }])]);
  expect(faults).toEqual(['ingest, in process, run 2: 2 lost or counted wrongly']);
});
