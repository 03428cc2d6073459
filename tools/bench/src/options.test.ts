import { measurementNames, readOptions, UsageError } from './options.ts';

test('measures everything three times beside the peers unless told otherwise', () => {
  expect(readOptions([], {})).toMatchObject({ only: measurementNames, runs: 3, peers: true, quick: false });
});

test('reads what is asked for', () => {
  const options = readOptions(['--only', 'drain, create', '--runs', '5', '--no-peers', '--lead', '40'], {
    BENCH_DATA: '/data',
  });
  expect(options).toMatchObject({
    only: ['drain', 'create'],
    runs: 5,
    peers: false,
    leadMs: 40_000,
    dataFolder: '/data',
  });
});

test('a quick bench runs once unless runs are asked for', () => {
  expect(readOptions(['--quick'], {}).runs).toBe(1);
  expect(readOptions(['--quick', '--runs', '2'], {}).runs).toBe(2);
});

test.each([
  [['--only', 'drian'], /"drian" is no measurement; expected some of create/],
  [['--runs', '0'], /--runs: expected a whole number from 1 to 99, not "0"/],
  [['--runs', 'x'], /not "x"/],
  [['--fast'], /--fast/],
  [['drain'], /drain/],
])('refuses %j and says what was expected', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(UsageError);
  expect(() => readOptions(args, {})).toThrow(message);
});
