import { askedFor } from './arguments.ts';
import { lanes } from './lanes.ts';

test('runs every lane over every file where nothing is asked for', () => {
  expect(askedFor([])).toEqual({ kind: 'run', wanted: lanes.map(({ name }) => name), parts: [] });
});

test('runs the lanes and the files that are asked for', () => {
  expect(askedFor(['--lane', 'unit,crash', 'packages/kernel'])).toEqual({
    kind: 'run',
    wanted: ['unit', 'crash'],
    parts: ['packages/kernel'],
  });
});

test.each([
  [['--lane', 'unit,all'], 'No such lane: all.'],
  [['--coverage'], "Unknown option '--coverage'"],
  [['--lane'], "Option '--lane <value>' argument missing"],
])('refuses %j, and says how it is used', (args, why) => {
  const asked = askedFor(args);
  expect(asked).toEqual({ kind: 'refused', text: expect.stringContaining(why) });
  expect(asked).toEqual({ kind: 'refused', text: expect.stringContaining('Usage: npm test -- [--lane') });
});

test.each(['--help', '-h'])('tells by %s how it is used', (option) => {
  expect(askedFor([option])).toEqual({ kind: 'help', text: expect.stringContaining('Lanes: unit, property') });
});
