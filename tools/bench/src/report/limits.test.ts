import { atLeast, atMost, milliseconds } from './limits.ts';

test('says how far a figure is missed', () => {
  expect(atMost('lateness', 7.5, 5, milliseconds)).toEqual({
    what: 'lateness',
    limit: 'at most 5 ms',
    value: '7.5 ms',
    reached: false,
    marginPercent: -50,
  });
  expect(atLeast('speed', 75, 100, String)).toMatchObject({
    limit: 'at least 100',
    reached: false,
    marginPercent: -25,
  });
});

test('a figure that is just met is reached', () => {
  expect(atMost('lateness', 5, 5, milliseconds)).toMatchObject({ reached: true, marginPercent: 0 });
  expect(atLeast('speed', 100, 100, String)).toMatchObject({ reached: true, marginPercent: 0 });
});
