import { maxJsonDepth } from './body.ts';
import { findJsonFault } from './json-fault.ts';
import { jsonOf, jsonRequest, sampleHost } from './testing/sample.ts';

const path = '/parcel/v1/parcels';
const parcel = JSON.stringify({ id: 'é', tags: [], at: '2026-01-01T00:00:00Z' });
const send = (body: string | Uint8Array, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  sampleHost().send({ method: 'POST', path, headers, body });

describe('media types', () => {
  test.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'application/cloudevents+json; charset=utf-8',
    'application/json;',
  ])('takes %s', async (type) => {
    expect((await send(parcel, { 'content-type': type })).status).toBe(201);
  });

  test.each([
    ['another type', { 'content-type': 'text/plain' }],
    ['what a form sends', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a type that only looks like JSON', { 'content-type': 'application/jsonx' }],
    ['another charset', { 'content-type': 'application/json; charset=utf-16' }],
    ['no type at all', {}],
    ['compression', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('refuses %s with 415', async (_case, headers) => {
    const response = await send(parcel, headers as Record<string, string>);
    expect([response.status, jsonOf(response)['type']]).toEqual([415, '/problems/unsupported-media-type']);
  });

  test('does not look at the type of a body that no operation reads', async () => {
    const response = await sampleHost().send({ method: 'DELETE', path: `${path}/a`, body: 'x', headers: {} });
    expect(response.status).toBe(204);
  });
});

describe('bytes', () => {
  test.each([
    ['UTF-8', Buffer.from(parcel)],
    ['a byte order mark', Buffer.from(`\uFEFF${parcel}`)],
  ])('reads %s', async (_case, body) => {
    expect(jsonOf(await send(body))['id']).toBe('é');
  });

  test('reads text with a byte order mark', async () => {
    expect((await send(`\uFEFF${parcel}`)).status).toBe(201);
  });

  test('refuses what is not UTF-8', async () => {
    const response = await send(Buffer.from(parcel, 'latin1'));
    expect([response.status, jsonOf(response)['detail']]).toEqual([400, 'The body is not UTF-8.']);
  });

  test.each([
    ['text', (text: string) => text],
    ['bytes', (text: string) => Buffer.from(text)],
  ])('counts the bytes of %s, not its characters', async (_case, make) => {
    const fill = (bytes: number) => `"${'é'.repeat((bytes - 2) / 2)}"`;
    expect((await send(make(fill(1_000)))).status).toBe(400);
    const response = await send(make(fill(1_002)));
    expect([response.status, jsonOf(response)['detail']]).toEqual([413, 'The body may have 1000 bytes at most.']);
  });
});

describe('malformed JSON', () => {
  test.each([
    ['{"id":tomorrow}', 'expected a value at line 1, column 7, near "{\\"id\\":tomorrow}"'],
    ['{\n  "id": "a",\n}', 'expected a name in double quotes at line 3, column 1, near'],
    ['{"a" 1}', 'expected ":" at line 1, column 6'],
    ['[1 2]', 'expected "," or "]" at line 1, column 4'],
    ['{"a":1 "b":2}', 'expected "," or "}" at line 1, column 8'],
    ['{"a":1', 'expected "," or "}" at line 1, column 7, where the text ends'],
    ['"abc', 'expected the end of a string at line 1, column 5, where the text ends'],
    ['"a\\x"', 'expected a valid escape at line 1, column 3'],
    ['"a\tb"', 'expected an escaped control character at line 1, column 3'],
    ['1 1', 'expected the end at line 1, column 3'],
    ['01', 'expected the end at line 1, column 2'],
    ['{} x', 'expected the end at line 1, column 4'],
    ['   ', 'expected a value at line 1, column 4, where the text ends'],
    ["{'a':1}", 'expected a name in double quotes at line 1, column 2'],
    ['[1,]', 'expected a value at line 1, column 4'],
    ['-', 'expected a value at line 1, column 1'],
    ['[nul]', 'expected a value at line 1, column 2'],
  ])('%j: %s', async (text, detail) => {
    const response = await send(text);
    expect(response.status).toBe(400);
    expect(jsonOf(response)['detail']).toContain(`The body is not JSON: ${detail}`);
  });

  test('shows no more than a short piece of it', async () => {
    const response = await send(`{"id":"${'x'.repeat(400)}",${'y'.repeat(400)}}`);
    expect(String(jsonOf(response)['detail']).length).toBeLessThan(150);
  });
});

describe('unsafe JSON', () => {
  const nested = (depth: number) => `{"name":"x","folders":[`.repeat(depth) + ']}'.repeat(depth);
  const search = (body: string) => sampleHost().send(jsonRequest('POST', '/parcel/v1/parcels/search', body));

  test('takes nesting up to the limit', async () => {
    expect((await search(nested(maxJsonDepth / 2))).status).toBe(202);
  });

  test.each([maxJsonDepth / 2 + 1, 10_000])('refuses %i folders inside each other', async (depth) => {
    const response = await search(nested(depth));
    expect([response.status, jsonOf(response)['detail']]).toEqual([400, 'The body is nested deeper than 64 levels.']);
  });

  test('finds the fault of deep text without running out of stack', async () => {
    const response = await search('['.repeat(200_000));
    expect(jsonOf(response)['detail']).toContain('column 200001, where the text ends');
  });

  test.each([
    ['long', 'x'],
    ['escaped', '\\n'],
  ])('finds the fault of a %s string without running out of stack', (_case, piece) => {
    const text = `"${piece.repeat(10_000_000)}`;
    expect(findJsonFault(text)).toEqual({ offset: text.length, expected: 'the end of a string' });
  });

  test.each(['{"__proto__":{"name":"x"}}', '{"name":"x","folders":[{"\\u005f_proto__":1,"name":"y"}]}'])(
    'refuses %s',
    async (body) => {
      const response = await search(body);
      expect([response.status, jsonOf(response)['detail']]).toEqual([
        400,
        'The body has a field "__proto__", which is not accepted.',
      ]);
    },
  );
});
