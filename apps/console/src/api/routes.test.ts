import { operations, scheduling } from '@portolan/scheduling';
import { base, routes, urlOf } from './routes.ts';

test('names the method and path of every operation as the service declares them', () => {
  const declared = Object.keys(routes).map((name) => {
    const { method, path } = operations[name as keyof typeof routes];
    return [name, [method, path]];
  });
  expect(routes).toEqual(Object.fromEntries(declared));
});

test('begins where the service is mounted', () => {
  const bases = Object.values(scheduling.functions).flatMap(({ trigger }) =>
    trigger.kind === 'http' ? [trigger.base] : [],
  );
  expect(bases).toEqual([base]);
});

test('escapes what is put into paths and queries, and leaves out what is empty', () => {
  expect(urlOf('/tasks/{id}', { id: 'a/b c' })).toBe(`${base}/tasks/a%2Fb%20c`);
  expect(urlOf('/tasks', {}, { state: 'failed', group: '', cursor: undefined, limit: 50 })).toBe(
    `${base}/tasks?state=failed&limit=50`,
  );
  expect(urlOf('/tasks', {}, { group: 'a&b' })).toBe(`${base}/tasks?group=a%26b`);
});
