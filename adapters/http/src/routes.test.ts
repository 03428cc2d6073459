import { empty, every, http, minutes, operation, service, type AnyOperation, type Service } from '@portolan/kernel';
import * as z from 'zod';
import { routeTable } from './routes.ts';

const op = (method: AnyOperation['method'], path: string, params?: z.ZodType) =>
  operation({
    method,
    path,
    summary: 'x',
    ...(params === undefined ? {} : { params }),
    replies: { empty: z.undefined() },
  });

const serve = (base: string, operations: Record<string, AnyOperation>, name = 'parts'): Service =>
  service(
    name,
    {},
    {
      api: http(
        base,
        operations,
        {},
        Object.fromEntries(Object.keys(operations).map((key) => [key, async () => empty()])) as never,
      ),
      sweep: every(minutes(1), {}, async () => {}),
    },
  ) as Service;

const table = (...services: Service[]) =>
  routeTable(services.map((each) => ({ service: each, call: async () => ({ kind: 'empty' as const }) })));
const id = z.object({ id: z.string() });

test.each([
  ['{id}.json', /"\{id\}\.json" must be \{name\}/],
  ['*', /"\*" must be/],
  ['caf\u00e9', /must be/],
  ['..', /"\.\." must be/],
  ['', /"" must be/],
  ['{0id}', /must be/],
])('refuses the segment %j', (segment, message) => {
  expect(() => table(serve('/v1', { read: op('GET', `/things/${segment}/x`) }))).toThrow(message);
});

test.each([
  ['a parameter without a schema', op('GET', '/things/{id}'), 'has {id}, which its params do not'],
  ['a parameter that the schema lacks', op('GET', '/things/{key}', id), 'has {key}, which its params do not'],
  ['a field that the path lacks', op('GET', '/things', id), 'have "id", which "/v1/things" does not'],
  ['a parameter twice', op('GET', '/things/{id}/{id}', id), 'has {id} twice'],
])('refuses %s', (_case, read, message) => {
  expect(() => table(serve('/v1', { read }))).toThrow(message);
});

test('takes params of any schema that does not say its fields', () => {
  const routes = table(serve('/v1', { read: op('GET', '/things/{id}', z.record(z.string(), z.string())) }));
  expect(routes.find('GET', '/v1/things/a')?.params).toEqual({ id: 'a' });
});

test('refuses two operations that answer the same requests', () => {
  const one = serve('/v1', { read: op('GET', '/things/{id}', id) }, 'one');
  const other = serve('/v1', { fetch: op('GET', '/things/{key}', z.object({ key: z.string() })) }, 'other');
  expect(() => table(one, other)).toThrow('operation "fetch" of "other" and operation "read" of "one" both answer GET');
});

test('tells methods at one path apart, each with names of its own', () => {
  const routes = table(
    serve('/v1', {
      read: op('GET', '/things/{id}', id),
      write: op('PUT', '/things/{key}', z.object({ key: z.string() })),
    }),
  );
  expect(routes.find('GET', '/v1/things/a')?.params).toEqual({ id: 'a' });
  expect(routes.find('PUT', '/v1/things/a')?.params).toEqual({ key: 'a' });
  expect(routes.methodsAt('/v1/things/a')).toEqual(['GET', 'PUT']);
});

test('prefers the words of a path to its parameters', () => {
  const routes = table(serve('/v1', { any: op('GET', '/things/{id}', id), best: op('GET', '/things/best') }));
  expect(routes.find('GET', '/v1/things/best')?.route.operationName).toBe('best');
  expect(routes.find('GET', '/v1/things/good')?.route.operationName).toBe('any');
});

test.each([
  ['', '/', '/'],
  ['/', '/', '/'],
  ['/v1/', '/', '/v1'],
  ['/v1', '', '/v1'],
  ['/v1', '/things/', '/v1/things'],
])('the base %j and the path %j stand at %s', (base, path, whole) => {
  expect(table(serve(base, { read: op('GET', path) })).find('GET', whole)?.route.operationName).toBe('read');
});
