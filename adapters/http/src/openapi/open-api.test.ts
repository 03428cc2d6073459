import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { http, ok, operation, service, type AnyOperation, type Service } from '@portolan/kernel';
import * as z from 'zod';
import { jsonOf, jsonRequest, sample, sampleHost } from '../testing/sample.ts';
import type { OpenApiDocument, OpenApiOperation } from './document.ts';
import { openApi } from './open-api.ts';

const info = { title: 'Parcels', version: '1.0.0' };
const sampleDocument = () => openApi([sample as Service], info);
const at = (document: OpenApiDocument, path: string, method: string): OpenApiOperation =>
  document.paths[path]![method]!;

/** One operation in a document of its own. */
function documentOf(one: Partial<AnyOperation>, name = 'act'): OpenApiDocument {
  const declared = operation({
    method: 'POST',
    path: '/things',
    summary: 'x',
    replies: { ok: z.string() },
    ...(one as object),
  });
  const made = service(
    'things',
    {},
    { api: http('/v1', { [name]: declared }, {}, { [name]: async () => ok('') } as never) },
  );
  return openApi([made as Service], info);
}

async function faultsOf(document: OpenApiDocument): Promise<unknown> {
  const result = await new Validator().validate(structuredClone(document) as never);
  return result.valid ? [] : result.errors;
}

test('is OpenAPI 3.1 by its own schema', async () => {
  expect(await faultsOf(sampleDocument())).toEqual([]);
});

test('a document that is broken is noticed', async () => {
  const { paths: _, ...broken } = sampleDocument();
  expect(await faultsOf({ ...broken, info: {} } as never)).not.toEqual([]);
});

test('is the same every time', () => {
  expect(JSON.stringify(sampleDocument())).toBe(JSON.stringify(sampleDocument()));
});

test('has every operation, by service', () => {
  const document = sampleDocument();
  const ids = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(ids.sort()).toEqual([
    'parcelPost_breakDown',
    'parcelPost_createParcel',
    'parcelPost_deleteParcel',
    'parcelPost_getParcel',
    'parcelPost_getStop',
    'parcelPost_listParcels',
    'parcelPost_refuse',
    'parcelPost_searchParcels',
  ]);
  expect(document.tags).toEqual([{ name: 'parcel-post' }]);
  expect(at(document, '/parcel/v1/parcels', 'post')).toMatchObject({
    tags: ['parcel-post'],
    summary: 'Makes a parcel',
    description: 'With _markdown_.',
  });
});

test('describes parameters of paths and queries', () => {
  const document = sampleDocument();
  expect(at(document, '/parcel/v1/parcels', 'get').parameters).toEqual([
    {
      name: 'limit',
      in: 'query',
      required: false,
      description: 'Parcels on one page.',
      schema: { default: 10, type: 'integer', minimum: 1, maximum: 100 },
    },
    { name: 'after', in: 'query', required: false, schema: { type: 'string' } },
  ]);
  expect(at(document, '/parcel/v1/parcels/{id}', 'get').parameters).toMatchObject([
    { name: 'id', in: 'path', required: true },
  ]);
});

test('shares schemas by their id, apart for the two sides where they differ', () => {
  const { components } = sampleDocument();
  expect(Object.keys(components.schemas)).toEqual([
    'Parcel',
    'ParcelInput',
    'Problem',
    'SearchParcelsBody',
    'SearchParcelsReply',
  ]);
  expect(components.schemas['Parcel']!['required']).toContain('weightGrams');
  expect(components.schemas['ParcelInput']!['required']).not.toContain('weightGrams');
  expect(components.schemas['Parcel']).toMatchObject({ description: 'A parcel.', examples: [{ id: 'a' }] });
  const { requestBody, responses } = at(sampleDocument(), '/parcel/v1/parcels', 'post');
  expect(requestBody!.content['application/json']!.schema).toEqual({ $ref: '#/components/schemas/ParcelInput' });
  expect(responses['201']).toMatchObject({
    headers: { Location: {} },
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Parcel' } } },
  });
});

test('lists the problems of each operation, in the order of their status', () => {
  const document = sampleDocument();
  expect(Object.keys(at(document, '/parcel/v1/parcels', 'post').responses)).toEqual([
    '201',
    '400',
    '409',
    '413',
    '415',
    '500',
    '503',
  ]);
  expect(Object.keys(at(document, '/parcel/v1/parcels/{id}', 'delete').responses)).toEqual([
    '204',
    '400',
    '500',
    '503',
  ]);
  expect(document.components.responses['Limited']).toMatchObject({ headers: { 'Retry-After': {} } });
  for (const methods of Object.values(document.paths)) {
    for (const { responses } of Object.values(methods)) {
      for (const response of Object.values(responses)) {
        const name = '$ref' in response ? response.$ref.split('/').at(-1)! : undefined;
        if (name !== undefined) expect(document.components.responses).toHaveProperty(name);
      }
    }
  }
});

describe('what the API answers fits what the document says', () => {
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, 'uri-reference': true } });
  const document = sampleDocument();
  ajv.addSchema({ ...document, $id: 'doc:' } as object);
  const fits = (pointer: string, value: unknown): unknown => {
    const validate = ajv.compile({ $ref: `doc:#${pointer}` });
    return validate(value) ? [] : validate.errors;
  };
  const parcel = { id: 'a', tags: [], at: '2026-01-01T00:00:00Z' };

  test('a parcel, both sides', async () => {
    const response = await sampleHost().send(jsonRequest('POST', '/parcel/v1/parcels', parcel));
    expect(fits('/components/schemas/Parcel', jsonOf(response))).toEqual([]);
    expect(fits('/components/schemas/ParcelInput', parcel)).toEqual([]);
    expect(fits('/components/schemas/Parcel', parcel)).not.toEqual([]);
  });

  test('a tree of folders', () => {
    expect(fits('/components/schemas/SearchParcelsBody', { name: 'a', folders: [{ name: 'b', folders: [] }] })).toEqual(
      [],
    );
    expect(fits('/components/schemas/SearchParcelsBody', { name: 'a', folders: [{ folders: [] }] })).not.toEqual([]);
  });

  test.each([
    ['with fields', jsonRequest('POST', '/parcel/v1/parcels', { id: 5 })],
    ['without', { method: 'GET', path: '/nowhere' }],
  ])('a problem %s', async (_case, request) => {
    expect(fits('/components/schemas/Problem', jsonOf(await sampleHost().send(request)))).toEqual([]);
  });
});

describe('schemas', () => {
  const schemaOf = (schema: z.ZodType) =>
    at(documentOf({ replies: { ok: schema } }), '/v1/things', 'post').responses['200'];
  const json = (schema: object) => ({ content: { 'application/json': { schema } } });

  test.each<[string, z.ZodType, object]>([
    ['an instant is text with a format', z.iso.datetime(), { type: 'string', format: 'date-time' }],
    ['a date goes out as text', z.date(), { type: 'string', format: 'date-time' }],
    ['what a transform makes may be anything', z.string().transform(Number), {}],
    [
      'objects leave room for more fields',
      z.object({ a: z.string() }),
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
    ],
    ['one example is a list of one', z.string().meta({ example: 'a' }), { type: 'string', examples: ['a'] }],
    ['strict objects do not', z.strictObject({}), { type: 'object', properties: {}, additionalProperties: false }],
  ])('%s', (_case, schema, expected) => {
    expect(schemaOf(schema)).toMatchObject(json(expected));
    const { schema: described } = (schemaOf(schema) as { content: Record<string, { schema: object }> }).content[
      'application/json'
    ]!;
    expect(described).toEqual(expected);
  });

  test('any JSON refers to itself by name', async () => {
    const document = documentOf({ body: z.json() });
    expect(at(document, '/v1/things', 'post').requestBody!.content['application/json']!.schema).toEqual({
      $ref: '#/components/schemas/ActBody',
    });
    expect(JSON.stringify(document)).not.toMatch(/"#"|\$defs|component:/);
    expect(await faultsOf(document)).toEqual([]);
  });

  test('parts that recur get names of their own', async () => {
    const Node = z.object({
      get children() {
        return z.array(Node);
      },
    });
    const document = documentOf({ body: z.object({ left: Node, right: Node }) });
    expect(Object.keys(document.components.schemas)).toEqual(['ActBodyPart1', 'Problem']);
    expect(await faultsOf(document)).toEqual([]);
  });

  test('a schema is split where only something it refers to differs', () => {
    const Inner = z.object({ n: z.number().default(1) }).meta({ id: 'Inner' });
    const Outer = z.object({ inner: Inner }).meta({ id: 'Outer' });
    const { components } = documentOf({ body: Outer, replies: { ok: Outer } });
    expect(Object.keys(components.schemas)).toEqual(['Inner', 'InnerInput', 'Outer', 'OuterInput', 'Problem']);
    expect(components.schemas['OuterInput']).toMatchObject({
      properties: { inner: { $ref: '#/components/schemas/InnerInput' } },
    });
  });

  test('one schema serves both sides where they agree', () => {
    const Same = z.object({ n: z.number() }).meta({ id: 'Same' });
    expect(Object.keys(documentOf({ body: Same, replies: { ok: Same } }).components.schemas)).toEqual([
      'Problem',
      'Same',
    ]);
  });

  test('a body that may be absent is not required', () => {
    const required = (body: z.ZodType) => at(documentOf({ body }), '/v1/things', 'post').requestBody!.required;
    expect([required(z.object({})), required(z.object({}).optional())]).toEqual([true, false]);
  });

  test('the parts of an intersection are one list of parameters', () => {
    const query = z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() }).meta({ id: 'Filter' }));
    expect(at(documentOf({ query }), '/v1/things', 'post').parameters!.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

test.each<[string, () => unknown, string]>([
  [
    'schemas of another maker',
    () => documentOf({ body: { '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } } }),
    'ActBody: only zod',
  ],
  [
    'a query that is no object',
    () => documentOf({ query: z.string() }),
    'ActQuery: params and query must be object schemas',
  ],
  [
    'two schemas under one id',
    () =>
      documentOf({
        body: z.object({ a: z.string() }).meta({ id: 'Problem' }),
        replies: { ok: z.object({}).meta({ id: 'Problem' }) },
      }),
    'two schemas have the id "Problem"',
  ],
])('refuses %s', (_case, act, message) => {
  expect(act).toThrow(message);
});

test('refuses an id that is needed for the input of another', () => {
  const Part = z.object({ n: z.number().default(1) }).meta({ id: 'Part' });
  const body = z.object({ part: Part, other: z.string().meta({ id: 'PartInput' }) });
  expect(() => documentOf({ body, replies: { ok: Part } })).toThrow('"PartInput" is needed for the input of "Part"');
});
