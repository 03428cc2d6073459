import * as z from 'zod';
import { fieldNames } from './field-names.ts';

const a = z.object({ a: z.string() });
const b = z.object({ b: z.string() });

test.each<[string, unknown, string[] | undefined]>([
  ['an object', a, ['a']],
  ['a strict object', z.strictObject({ a: z.string() }), ['a']],
  ['an object that is open', z.looseObject({ a: z.string() }), undefined],
  ['an object with a schema for the rest', a.catchall(z.string()), undefined],
  ['an optional object', a.optional(), ['a']],
  ['a default', a.default({ a: '' }), ['a']],
  ['a refined object', a.refine(() => true), ['a']],
  ['a transformed object', a.transform(() => 1), ['a']],
  ['what something unknown turns into', z.preprocess((value) => value, a), undefined],
  ['an intersection', z.intersection(a, b), ['a', 'b']],
  ['a union', z.union([a, b]), ['a', 'b']],
  ['a union that is open', z.union([a, z.looseObject({})]), undefined],
  ['a record', z.record(z.string(), z.string()), undefined],
  ['a schema of another maker', { '~standard': { version: 1 } }, undefined],
  ['nothing', undefined, undefined],
])('%s', (_case, schema, names) => {
  const found = fieldNames(schema);
  expect(found === undefined ? undefined : [...found]).toEqual(names);
});
