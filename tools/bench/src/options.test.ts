import { readOptions, suites, UsageError } from './options.ts';

test('measures all of scheduling three times beside the peers unless told otherwise', () => {
  const expected = { suite: 'scheduling', only: suites.scheduling, runs: 3, peers: true, quick: false };
  expect(readOptions([], {})).toMatchObject(expected);
});

test('reads what is asked for', () => {
  const options = readOptions(['--only', 'drain, create', '--runs', '5', '--no-peers', '--lead', '40'], {
    BENCH_DATA: '/data',
  });
  expect(options).toMatchObject({
    suite: 'scheduling',
    only: ['drain', 'create'],
    runs: 5,
    peers: false,
    leadMs: 40_000,
    dataFolder: '/data',
  });
});

test('another suite has measurements of its own', () => {
  expect(readOptions(['--suite', 'pricing'], {})).toMatchObject({ suite: 'pricing', only: suites.pricing, runs: 3 });
  expect(readOptions(['--suite', 'pricing', '--only', 'query,ingest'], {}).only).toEqual(['query', 'ingest']);
});

test('a quick bench runs once unless runs are asked for', () => {
  expect(readOptions(['--quick'], {}).runs).toBe(1);
  expect(readOptions(['--quick', '--runs', '2'], {}).runs).toBe(2);
});

test.each([
  [['--only', 'drian'], /"drian" is no measurement of scheduling; expected some of create/],
  [['--only', 'ingest'], /"ingest" is no measurement of scheduling/],
  [['--suite', 'pricing', '--only', 'drain'], /"drain" is no measurement of pricing; expected some of aggregate/],
  [['--suite', 'prices'], /"prices" is no suite; expected scheduling or pricing/],
  [['--runs', '0'], /--runs: expected a whole number from 1 to 99, not "0"/],
  [['--runs', 'x'], /not "x"/],
  [['--fast'], /--fast/],
  [['drain'], /drain/],
])('refuses %j and says what was expected', (args, message) => {
  expect(() => readOptions(args, {})).toThrow(UsageError);
  expect(() => readOptions(args, {})).toThrow(message);
});
