import { operations as pricingOperations, pricing } from '@portolan/pricing';
import { operations as schedulingOperations, scheduling } from '@portolan/scheduling';
import type { Service } from '@portolan/kernel';
import { routes, services, urlOf } from './routes.ts';

const declared: readonly (readonly [Service, Readonly<Record<string, { method: string; path: string }>>])[] = [
  [scheduling, schedulingOperations],
  [pricing, pricingOperations],
];

/** Where a service's operations are mounted. */
const basesOf = ({ functions }: Service): readonly string[] =>
  Object.values(functions).flatMap(({ trigger }) => (trigger.kind === 'http' ? [trigger.base] : []));

test('names the method and path of every operation as the services declare them', () => {
  const all = Object.assign(
    {},
    ...declared.map(([service, operations]) =>
      Object.fromEntries(
        Object.entries(operations).map(([name, { method, path }]) => [
          name,
          { method, path: `${basesOf(service)[0]}${path}` },
        ]),
      ),
    ),
  ) as typeof routes;
  expect(Object.keys(routes).length).toBeGreaterThan(15);
  for (const [name, route] of Object.entries(routes)) expect([name, route]).toEqual([name, all[name as 'getTask']]);
});

test('begins where the services are mounted', () => {
  expect(declared.flatMap(([service]) => basesOf(service))).toEqual(Object.keys(services));
});

test('escapes what is put into paths and queries, and leaves out what is empty', () => {
  expect(urlOf('/tasks/{id}', { id: 'a/b c' })).toBe('/tasks/a%2Fb%20c');
  expect(urlOf('/tasks', {}, { state: 'failed', group: '', cursor: undefined, limit: 50 })).toBe(
    '/tasks?state=failed&limit=50',
  );
  expect(urlOf('/tasks', {}, { group: 'a&b' })).toBe('/tasks?group=a%26b');
});
