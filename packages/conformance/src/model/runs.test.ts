import { settingsFor } from './runs.ts';

test('makes many runs where time is virtual, few where it is real', () => {
  expect(settingsFor('embedded', 60, 5, {})).toEqual({ numRuns: 60 });
  expect(settingsFor('emulator', 60, 5, {})).toEqual({ numRuns: 5 });
});

test('takes the number of runs and the seed from the environment', () => {
  const environment = { PORTOLAN_PROPERTY_RUNS: '2000', PORTOLAN_PROPERTY_SEED: '-17' };
  expect(settingsFor('double', 60, 5, environment)).toEqual({ numRuns: 2_000, seed: -17 });
});

test.each(['', 'many', '0', '1.5', '-1'])('refuses "%s" as a number of runs', (PORTOLAN_PROPERTY_RUNS) => {
  expect(() => settingsFor('double', 60, 5, { PORTOLAN_PROPERTY_RUNS })).toThrow(
    'PORTOLAN_PROPERTY_RUNS must be an integer',
  );
});
