import { laneOf } from './lanes.ts';
import { reportOf, succeeded } from './report.ts';
import { countsOf, misnamed } from './run-lane.ts';

const quiet = {
  numPassedTests: 0,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  testResults: [],
};

test.each([
  ['a.test.ts', 'unit'],
  ['a-b.crash.test.ts', 'crash'],
  ['adapters/aws/src/moto.found.test.ts', 'found'],
  ['apps/console/src/a.browser.test.ts', 'browser'],
])('puts %s in lane %s', (file, lane) => {
  expect(laneOf(file)).toBe(lane);
});

test('knows no lane for a qualifier of another name', () => {
  expect(laneOf('a.int.test.ts')).toBeUndefined();
});

test('closes with the totals alone, and names skips only when there are some', () => {
  const ran = countsOf('unit', { ...quiet, numPassedTests: 3 }, true);
  expect(reportOf([ran]).split('\n').at(-1)).toBe('3 passed, 0 failed');
  const skipped = { ...ran, skipped: 2, skips: ['no engine'] };
  expect(reportOf([skipped]).split('\n').at(-1)).toBe('3 passed, 0 failed, 2 skipped');
  expect(reportOf([skipped])).toContain('skipped in unit: no engine');
});

test('counts a run that died, or failed without naming a test, as a failure', () => {
  expect(countsOf('unit', undefined, false).failed).toBe(1);
  expect(countsOf('unit', { ...quiet, numPassedTests: 3 }, false).failed).toBe(1);
  expect(countsOf('unit', { ...quiet, numPassedTests: 3, numRuntimeErrorTestSuites: 1 }, false).failed).toBe(1);
});

test('counts a file of no lane as a failure, because it would never run', () => {
  expect(misnamed(['a.int.test.ts']).failed).toBe(1);
});

test('does not succeed when no test ran', () => {
  expect(succeeded([])).toBe(false);
  expect(succeeded([countsOf('unit', quiet, true)])).toBe(false);
});
