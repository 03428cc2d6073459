import { jsonOf, sampleHost } from './testing/sample.ts';

const base = '/parcel/v1';

describe('path parameters', () => {
  test.each([
    ['a%2Fb', 'a/b'],
    ['caf%C3%A9', 'café'],
    ['%F0%9F%A6%8A', '🦊'],
    ['a+b', 'a+b'],
    ['100%25', '100%'],
    ['a%3Fb%23c', 'a?b#c'],
    ['%00', '\0'],
    [':id', ':id'],
    ['**', '**'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s reads as %j', async (raw, id) => {
    const response = await sampleHost().send({ method: 'GET', path: `${base}/parcels/${raw}` });
    expect([response.status, jsonOf(response)]).toEqual([200, { id }]);
  });

  test.each(['%', '%4', '%zz', '%C3', '%C0%80', '%ED%A0%80', 'caf\u00e9', 'a b', 'a\nb'])('refuses %j', async (raw) => {
    const response = await sampleHost().send({ method: 'GET', path: `${base}/parcels/${raw}` });
    expect(response.status).toBe(400);
    expect(jsonOf(response)['errors']).toMatchObject([{ field: 'params.id', value: raw }]);
  });
});

describe('queries', () => {
  const list = (query: string) => sampleHost().send({ method: 'GET', path: `${base}/parcels`, query });

  test.each([
    ['', { limit: 10, after: null }],
    ['limit=5', { limit: 5, after: null }],
    ['after=a%26b%3Dc&limit=7', { limit: 7, after: 'a&b=c' }],
    ['after=a+b', { limit: 10, after: 'a b' }],
    ['after=a%2Bb', { limit: 10, after: 'a+b' }],
    ['after=a=b', { limit: 10, after: 'a=b' }],
    ['after', { limit: 10, after: '' }],
    ['&&after=x&', { limit: 10, after: 'x' }],
    ['%61fter=x', { limit: 10, after: 'x' }],
  ])('%j is read', async (query, expected) => {
    expect(jsonOf(await list(query))).toEqual(expected);
  });

  test.each([
    ['limit=0', 'query.limit', 'expected number to be >=1'],
    ['limit=x', 'query.limit', 'expected number, received NaN'],
    ['limit=1&limit=2', 'query.limit', 'expected one value, was given more'],
    ['after=a&%61fter=b', 'query.after', 'expected one value, was given more'],
    ['limt=5', 'query.limt', 'unknown: expected one of limit, after'],
    ['toString=5', 'query.toString', 'unknown: expected one of limit, after'],
    ['__proto__=5', 'query', 'expected percent-encoded UTF-8 names and values'],
    ['after=%', 'query', 'expected percent-encoded UTF-8 names and values'],
    ['after=caf\u00e9', 'query', 'expected percent-encoded UTF-8 names and values'],
  ])('%j is refused', async (query, field, expected) => {
    const response = await list(query);
    expect(response.status).toBe(400);
    expect(jsonOf(response)['errors']).toMatchObject([{ field, expected }]);
  });

  test('an operation without a query takes none', async () => {
    const response = await sampleHost().send({ method: 'GET', path: `${base}/parcels/a`, query: 'x=1' });
    expect(jsonOf(response)['detail']).toBe('query.x: unknown: there are no query parameters');
  });

  test('lists every fault at once, and stops at a hundred', async () => {
    const some = jsonOf(await list('a=1&b=2'));
    expect(some['detail']).toBe('query.a: unknown: expected one of limit, after (and 1 more)');
    const many = jsonOf(await list(Array.from({ length: 500 }, (_, index) => `n${index}=1`).join('&')));
    expect(many['errors']).toHaveLength(100);
  });
});
