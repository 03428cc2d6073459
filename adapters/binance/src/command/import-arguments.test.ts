import { defaultUrl, importHelp, readImportArguments } from './import-arguments.ts';

test('reads every option', () => {
  const args =
    'a.zip b.zip --compare k.zip --compare=l.zip --product BTC-USD --source archive --interval 1m --price-increment 0.01 --size-increment 1 --url http://x --restart';
  expect(readImportArguments(args.split(' '))).toEqual({
    kind: 'import',
    files: ['a.zip', 'b.zip'],
    compare: ['k.zip', 'l.zip'],
    product: 'BTC-USD',
    source: 'archive',
    interval: '1m',
    increments: { price: '0.01', size: '1' },
    url: 'http://x',
    restart: true,
  });
});

test('needs nothing but a file', () => {
  expect(readImportArguments(['a.zip'])).toEqual({
    kind: 'import',
    files: ['a.zip'],
    compare: [],
    product: undefined,
    source: undefined,
    interval: undefined,
    increments: undefined,
    url: defaultUrl,
    restart: false,
  });
});

test('asks for help in two ways, and the help names every option', () => {
  for (const args of [['--help'], ['a.zip', '-h']]) expect(readImportArguments(args)).toEqual({ kind: 'help' });
  for (const name of [
    'compare',
    'product',
    'source',
    'interval',
    'price-increment',
    'size-increment',
    'url',
    'restart',
  ])
    expect(importHelp).toContain(`--${name}`);
});

test.each([
  [[], 'name a file'],
  [['--restart'], 'name a file'],
  [['a.zip', '--verbose'], "Unknown option '--verbose'"],
  [['a.zip', '--product'], 'argument missing'],
  [['a.zip', '--interval', '3m'], '--interval 3m: expected one of 1s, 1m, 5m, 15m, 1h, 6h, 1d'],
  [['a.zip', '--interval', 'toString'], '--interval toString'],
  [['a.zip', '--source', 'Mine'], '--source Mine'],
  [['a.zip', '--price-increment', '0.01'], 'go together'],
  [['a.zip', '--price-increment', '1e-2', '--size-increment', '1'], '--price-increment 1e-2: expected a plain decimal'],
  [['a.zip', '--price-increment', '0.01', '--size-increment', '0.00'], '--size-increment 0.00'],
])('refuses %j', (args, message) => {
  expect(() => readImportArguments(args)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
  );
});
