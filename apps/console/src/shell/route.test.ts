import { hrefOf, routeOf, type Route } from './route.ts';

test.each<Route>([
  { tab: 'tasks' },
  { tab: 'dead-letters' },
  { tab: 'groups', overlay: { kind: 'new-task' } },
  { tab: 'tasks', state: 'failed', group: 'a~b:c', overlay: { kind: 'task', id: 'invoice-17' } },
])('finds the way back from the address of %j', (route) => {
  expect(routeOf(hrefOf(route))).toEqual(route);
});

test('has an address that can be read', () => {
  expect(hrefOf({ tab: 'tasks', overlay: { kind: 'task', id: 'invoice-17' } })).toBe(
    '#/scheduling/tasks?task=invoice-17',
  );
  expect(hrefOf({ tab: 'tasks', state: 'failed', overlay: { kind: 'new-task' } })).toBe(
    '#/scheduling/tasks?state=failed&new',
  );
});

test('shows the tasks for an address it does not know', () => {
  expect(routeOf('')).toEqual({ tab: 'tasks' });
  expect(routeOf('#/elsewhere?state=odd&task=')).toEqual({ tab: 'tasks' });
});
