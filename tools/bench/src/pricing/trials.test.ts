import { suites } from '../options.ts';
import { presentations } from './presentation.ts';
import { sizesOf } from './sizes.ts';
import { jobOf, trialNames, trials } from './trials.ts';

test('every measurement has trials, and a table', () => {
  expect(new Set(trialNames.map((name) => trials[name].measurement))).toEqual(new Set(suites.pricing));
  expect(Object.keys(presentations)).toEqual([...suites.pricing]);
});

test('a quick bench takes a tenth of the sizes', () => {
  const [whole, quick] = [sizesOf({ quick: false }), sizesOf({ quick: true })];
  expect(quick.ingest.count).toBe(whole.ingest.count / 10);
  expect(quick.year.days).toBe(36);
});

test('runs that change what is stored work in a folder of their own, and queries share the year', () => {
  const places = { folder: 'own', csv: 'file', year: 'year' };
  const foldersOf = (names: readonly (typeof trialNames)[number][]) =>
    new Set(
      names.map((name) => jobOf(name, sizesOf({ quick: true }), places)).map((job) => 'folder' in job && job.folder),
    );
  expect(foldersOf(['ingest', 'ingest-http', 'import', 'fanout'])).toEqual(new Set(['own']));
  expect(foldersOf(['candles', 'candles-http', 'average'])).toEqual(new Set(['year']));
});
