import { titleOf } from './series.ts';

test('tells systems that were set up for speed from those as they come', () => {
  expect(titleOf({ subject: 'webhook', tuned: true })).toBe('Portolan, webhook target');
  expect(titleOf({ subject: 'graphile-worker', tuned: true })).toBe('graphile-worker');
  expect(titleOf({ subject: 'graphile-worker', tuned: false })).toBe('graphile-worker, defaults');
  expect(titleOf({ subject: 'webhook', tuned: true, open: 100_000 })).toBe('Portolan, webhook target, 100,000 open');
});
