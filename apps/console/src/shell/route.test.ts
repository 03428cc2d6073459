import { hrefOf, routeOf, type Route } from './route.ts';

test.each<Route>([
  { page: 'scheduling', tab: 'tasks' },
  { page: 'scheduling', tab: 'dead-letters' },
  { page: 'scheduling', tab: 'groups', overlay: { kind: 'new-task' } },
  {
    page: 'scheduling',
    tab: 'tasks',
    state: 'failed',
    group: 'a~b:c',
    overlay: { kind: 'task', id: 'invoice-17' },
  },
  { page: 'pricing', interval: '1m' },
  { page: 'pricing', interval: '1d' },
  { page: 'pricing', product: 'BTC-USD', interval: '5m' },
])('finds the way back from the address of %j', (route) => {
  expect(routeOf(hrefOf(route))).toEqual(route);
});

test('has an address that can be read', () => {
  expect(hrefOf({ page: 'scheduling', tab: 'tasks', overlay: { kind: 'task', id: 'invoice-17' } })).toBe(
    '#/scheduling/tasks?task=invoice-17',
  );
  expect(hrefOf({ page: 'scheduling', tab: 'tasks', state: 'failed', overlay: { kind: 'new-task' } })).toBe(
    '#/scheduling/tasks?state=failed&new',
  );
  expect(hrefOf({ page: 'pricing', product: 'BTC-USD', interval: '1m' })).toBe('#/pricing/BTC-USD');
  expect(hrefOf({ page: 'pricing', product: 'BTC-USD', interval: '5m' })).toBe('#/pricing/BTC-USD?interval=5m');
});

test('shows the tasks for an address it does not know', () => {
  expect(routeOf('')).toEqual({ page: 'scheduling', tab: 'tasks' });
  expect(routeOf('#/elsewhere?state=odd&task=')).toEqual({ page: 'scheduling', tab: 'tasks' });
});

test('shows minutes for an interval it does not know, and takes what is badly encoded as it is', () => {
  expect(routeOf('#/pricing?interval=7m')).toEqual({ page: 'pricing', interval: '1m' });
  expect(routeOf('#/pricing/100%')).toEqual({ page: 'pricing', product: '100%', interval: '1m' });
});
