import { continueTrace } from '@portolan/kernel';
import type { HttpRequest } from './message.ts';
import { problemTypes, type HttpProblemKind } from './problems.ts';
import { jsonOf, jsonRequest, sampleHost } from './testing/sample.ts';

const base = '/parcel/v1';
const at = '2026-01-01T00:00:00Z';
const parcel = { id: 'a', tags: [], at };

describe('replies', () => {
  test.each([
    ['ok', { method: 'GET', path: `${base}/parcels/a` }, 200, { id: 'a' }],
    ['created', jsonRequest('POST', `${base}/parcels`, parcel), 201, { ...parcel, weightGrams: 1 }],
    ['accepted', jsonRequest('POST', `${base}/parcels/search`, { name: 'x' }), 202, { name: 'x' }],
  ])('%s becomes its status, with JSON', async (_kind, request, status, body) => {
    const response = await sampleHost().send(request);
    expect([response.status, jsonOf(response)]).toEqual([status, body]);
    expect(response.headers['content-type']).toBe('application/json');
  });

  test('empty becomes 204 without a body', async () => {
    const response = await sampleHost().send({ method: 'DELETE', path: `${base}/parcels/a` });
    expect(response.status).toBe(204);
    expect(response.body).toBeUndefined();
    expect(response.headers['content-type']).toBeUndefined();
  });

  test.each([
    ['plain', 'a', '/parcel/v1/parcels/a'],
    ['a slash', 'a/b', '/parcel/v1/parcels/a%2Fb'],
    ['not ASCII', 'café', '/parcel/v1/parcels/caf%C3%A9'],
    ['a line break', 'a\r\nset-cookie: x', '/parcel/v1/parcels/a%0D%0Aset-cookie%3A%20x'],
  ])('says where a new thing is: %s', async (_case, id, location) => {
    const response = await sampleHost().send(jsonRequest('POST', `${base}/parcels`, { ...parcel, id }));
    expect(response.headers['location']).toBe(location);
  });

  test('answers HEAD as GET without its body', async () => {
    const host = sampleHost();
    const get = await host.send({ method: 'GET', path: `${base}/parcels/café`.replace('é', '%C3%A9') });
    const head = await host.send({ method: 'HEAD', path: `${base}/parcels/caf%C3%A9` });
    expect(head.body).toBeUndefined();
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(String(get.body))));
  });

  test('keeps answers out of caches and out of the guesses of browsers', async () => {
    const { headers } = await sampleHost().send({ method: 'GET', path: `${base}/parcels/a` });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });
});

describe('problems', () => {
  test.each([
    ['invalid', 400],
    ['unauthorized', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['gone', 410],
    ['too-large', 413],
    ['limited', 429],
    ['unavailable', 503],
  ] as const)('%s becomes %i', async (kind, status) => {
    const response = await sampleHost().send({ method: 'POST', path: `${base}/refusals/${kind}` });
    expect(response.status).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(jsonOf(response)).toEqual({
      type: `/problems/${kind}`,
      title: problemTypes[kind].title,
      status,
      detail: `refused as ${kind}`,
    });
  });

  test.each([
    ['limited', '2'],
    ['unavailable', '1'],
    ['conflict', undefined],
  ])('%s says when to come back: %s', async (kind, seconds) => {
    const response = await sampleHost().send({ method: 'POST', path: `${base}/refusals/${kind}` });
    expect(response.headers['retry-after']).toBe(seconds);
  });

  test('an unauthorized answer names the scheme', async () => {
    const response = await sampleHost().send({ method: 'POST', path: `${base}/refusals/unauthorized` });
    expect(response.headers['www-authenticate']).toBe('Bearer');
  });

  test('names every field, with what was given and what was expected', async () => {
    const body = { id: 5, tags: ['x', 7], at: 'tomorrow', weightGrams: 0 };
    const response = await sampleHost().send(jsonRequest('POST', `${base}/parcels`, body));
    expect(response.status).toBe(400);
    expect(jsonOf(response)).toMatchObject({
      detail: 'body.id: expected string, received number (and 3 more)',
      errors: [
        { field: 'body.id', value: 5, expected: 'expected string, received number' },
        { field: 'body.weightGrams', value: 0, expected: 'expected number to be >=1' },
        { field: 'body.tags.1', value: 7, expected: 'expected string, received number' },
        { field: 'body.at', value: 'tomorrow', expected: 'Invalid ISO datetime' },
      ],
    });
  });

  test('says that a body is missing', async () => {
    const response = await sampleHost().send({ method: 'POST', path: `${base}/parcels` });
    expect(jsonOf(response)).toMatchObject({
      status: 400,
      errors: [{ field: 'body', expected: 'expected object, received undefined' }],
    });
  });
});

describe('routes', () => {
  test.each([
    ['nothing there', 'GET', '/nowhere', 404],
    ['the root', 'GET', '/', 404],
    ['an empty path', 'GET', '', 404],
    ['a base alone', 'GET', base, 404],
    ['a longer path', 'GET', `${base}/parcels/a/b`, 404],
    ['an empty parameter', 'GET', `${base}/parcels//stops/x`, 404],
    ['a slash at the end', 'DELETE', `${base}/parcels/`, 404],
    ['a slash behind a parameter', 'GET', `${base}/parcels/a/`, 404],
    ['the names of prototypes', 'GET', '/__proto__', 404],
    ['a static path, by a method that only the parameter has', 'GET', `${base}/parcels/search`, 200],
    ['a wrong method', 'PUT', `${base}/parcels`, 405],
    ['a method of nobody', 'TRACE', `${base}/parcels/a`, 405],
    ['OPTIONS, where no origin is allowed', 'OPTIONS', `${base}/parcels`, 405],
  ])('%s: %s %s answers %i', async (_case, method, path, status) => {
    expect((await sampleHost().send({ method, path })).status).toBe(status);
  });

  test.each([
    [`${base}/parcels`, 'GET, HEAD, POST'],
    [`${base}/parcels/a`, 'GET, HEAD, DELETE'],
    [`${base}/parcels/search`, 'GET, HEAD, POST, DELETE'],
  ])('a wrong method on %s is told %s', async (path, allow) => {
    const response = await sampleHost().send({ method: 'PATCH', path });
    expect(response.headers['allow']).toBe(allow);
    expect(jsonOf(response)['type']).toBe('/problems/method-not-allowed');
  });

  test('a path that nobody has lists nothing', async () => {
    const response = await sampleHost().send({ method: 'GET', path: '/secret/path' });
    expect(jsonOf(response)).toEqual({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: 'There is nothing at this path.',
    });
  });

  test('owns what lies at or below a base', () => {
    const { api } = sampleHost();
    expect(['/parcel/v1', '/parcel/v1/x', '/parcel/v10', '/parcel', '/'].map((path) => api.owns(path))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('tells a host how much of a body to read', () => {
    const { api } = sampleHost();
    expect(api.maxBodyBytesFor('POST', `${base}/parcels`)).toBe(1_000);
    expect(api.maxBodyBytesFor('POST', `${base}/parcels/search`)).toBe(262_144);
    expect(api.maxBodyBytesFor('HEAD', `${base}/parcels`)).toBe(0);
    expect(api.maxBodyBytesFor('PUT', `${base}/parcels`)).toBeUndefined();
  });
});

describe('faults', () => {
  const send = async (fault: string, checkReplies = true) => {
    const host = sampleHost({ checkReplies });
    return { ...host, response: await host.send({ method: 'POST', path: `${base}/faults/${fault}` }) };
  };

  test.each(['throws', 'corrupted', 'cycle', 'wrong-reply'])(
    '%s is 500, logged with its trace, and tells nothing',
    async (fault) => {
      const { response, logged } = await send(fault);
      expect(response.status).toBe(500);
      expect(String(response.body)).not.toContain('secret internals');
      const correlationId = response.headers['x-correlation-id']!;
      expect(jsonOf(response)['detail']).toContain(correlationId);
      expect(logged).toHaveLength(1);
      expect(logged[0]!.fields).toMatchObject({ path: `${base}/faults/${fault}`, correlationId });
      expect(logged[0]!.fields!['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-/);
    },
  );

  test('an engine that asks for a slower pace is 503 with a time to come back', async () => {
    const { response } = await send('throttled');
    expect([response.status, response.headers['retry-after']]).toEqual([503, '1']);
  });

  test('replies are checked only where asked for', async () => {
    expect((await send('wrong-reply', false)).response.status).toBe(200);
  });
});

describe('traces', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const call = async (headers: HttpRequest['headers']) => {
    const host = sampleHost();
    const response = await host.send({ method: 'GET', path: `${base}/parcels/a`, headers });
    return { trace: host.calls[0]!.trace!, out: response.headers['x-correlation-id'] };
  };

  test('continues the trace of the caller', async () => {
    const { trace, out } = await call({ traceparent, 'x-correlation-id': 'order-7' });
    expect(trace.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/);
    expect([trace.correlationId, out]).toEqual(['order-7', 'order-7']);
  });

  test('a trace without a correlation id lends it its own', async () => {
    expect((await call({ traceparent })).out).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  test.each([
    ['no headers', {}],
    ['a malformed traceparent', { traceparent: 'x' }],
    ['a correlation id that breaks lines', { 'x-correlation-id': 'a\r\nb: c' }],
    ['a correlation id without end', { 'x-correlation-id': 'x'.repeat(129) }],
    ['an empty correlation id', { 'x-correlation-id': '' }],
  ])('starts a new one for %s', async (_case, headers) => {
    const { trace, out } = await call(headers);
    expect(continueTrace(trace, { next: () => 0.5 }).correlationId).toBe(out);
    expect(out).toMatch(/^[0-9a-f]{32}$/);
  });

  test('hands the deadline on', async () => {
    const host = sampleHost();
    await host.api.handle({ method: 'GET', path: `${base}/parcels/a`, query: '', headers: {} }, { deadlineAt: 5 });
    expect(host.calls[0]!.deadlineAt).toBe(5);
  });
});

describe('pages of other origins', () => {
  const origin = 'https://console.example.com';
  const preflight = {
    method: 'OPTIONS',
    path: `${base}/parcels`,
    headers: { origin, 'access-control-request-method': 'POST' },
  };

  test('get no permission unless some origin is allowed', async () => {
    const { headers } = await sampleHost().send({ method: 'GET', path: `${base}/parcels/a`, headers: { origin } });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control') || name === 'vary')).toEqual([]);
  });

  test('are told what they may send', async () => {
    const { status, headers } = await sampleHost({ allowOrigin: [origin] }).send(preflight);
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': expect.stringContaining('content-type') as string,
      vary: 'origin',
    });
  });

  test('may read answers and problems where allowed', async () => {
    const host = sampleHost({ allowOrigin: [origin] });
    for (const path of [`${base}/parcels/a`, '/nowhere']) {
      const { headers } = await host.send({ method: 'GET', path, headers: { origin } });
      expect(headers['access-control-allow-origin']).toBe(origin);
    }
  });

  test('are refused where another is allowed', async () => {
    const { headers } = await sampleHost({ allowOrigin: ['https://other.example.com'] }).send(preflight);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(headers['vary']).toBe('origin');
  });

  test('may be anybody', async () => {
    const { headers } = await sampleHost({ allowOrigin: '*' }).send(preflight);
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers['vary']).toBeUndefined();
  });
});

test('every kind of problem has a status of its own meaning', () => {
  const kinds = Object.keys(problemTypes) as HttpProblemKind[];
  expect(new Set(kinds.map((kind) => problemTypes[kind].status)).size).toBe(kinds.length);
});
