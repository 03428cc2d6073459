import { limitsOf, limitsTextOf } from './limits.ts';

test('sends the limits that are typed, and none where none is', () => {
  expect(limitsOf({ perSecond: '2.5', concurrent: ' ' })).toEqual({ perSecond: 2.5 });
  expect(limitsOf({ perSecond: '', concurrent: '10' })).toEqual({ concurrent: 10 });
});

test('leaves it to the API to refuse what is no number', () => {
  expect(limitsOf({ perSecond: 'many', concurrent: '' })).toEqual({ perSecond: 'many' });
});

test('shows limits for editing without loss', () => {
  const limits = { perSecond: 0.5, concurrent: 3 };
  expect(limitsOf(limitsTextOf(limits))).toEqual(limits);
  expect(limitsTextOf({})).toEqual({ perSecond: '', concurrent: '' });
});
