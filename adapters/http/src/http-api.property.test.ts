import fc from 'fast-check';
import { findJsonFault } from './json-fault.ts';
import { jsonOf, jsonRequest, sampleHost } from './testing/sample.ts';

const base = '/parcel/v1';
const host = sampleHost();

const check = (property: fc.IAsyncProperty<unknown>) => fc.assert(property, { numRuns: 300 });

test('no body whatever throws or is the fault of the service', async () => {
  const text = fc.oneof(
    fc.json(),
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((value) => JSON.stringify(value).slice(1)),
  );
  const body = fc.oneof(text, fc.uint8Array());
  const path = fc.constantFrom(`${base}/parcels`, `${base}/parcels/search`);
  await check(
    fc.asyncProperty(path, body, async (path, body) => {
      const response = await host.send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body });
      expect(response.status).toBeLessThan(500);
      if (response.status >= 400) expect(response.headers['content-type']).toBe('application/problem+json');
    }),
  );
});

test('no request line or header whatever throws or is the fault of the service', async () => {
  const request = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'OPTIONS', 'HEAD'), fc.string()),
    path: fc.oneof(
      fc.webPath(),
      fc.string({ unit: 'binary' }),
      fc.webSegment().map((segment) => `${base}/parcels/${segment}`),
    ),
    query: fc.oneof(fc.webQueryParameters(), fc.string({ unit: 'binary' })),
    headers: fc.dictionary(
      fc.constantFrom('content-type', 'traceparent', 'x-correlation-id', 'origin'),
      fc.string({ unit: 'binary' }),
    ),
    body: fc.string(),
  });
  await check(
    fc.asyncProperty(request, async (request) => {
      const response = await host.api.handle(request);
      expect(response.status).toBeLessThan(500);
      for (const value of Object.values(response.headers)) expect(value).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test('ids of any characters come back as they were sent', async () => {
  const id = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.toWellFormed());
  await check(
    fc.asyncProperty(id, id, async (id, stop) => {
      const path = `${base}/parcels/${encodeURIComponent(id)}/stops/${encodeURIComponent(stop)}`;
      const response = await host.send({ method: 'GET', path });
      expect([response.status, jsonOf(response)]).toEqual([200, { id, stop }]);
    }),
  );
});

test('the location of a new thing leads back to it', async () => {
  const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).map((text) => text.toWellFormed());
  await check(
    fc.asyncProperty(id, async (id) => {
      const made = await host.send(
        jsonRequest('POST', `${base}/parcels`, { id, tags: [], at: '2026-01-01T00:00:00Z' }),
      );
      const read = await host.send({ method: 'GET', path: made.headers['location']! });
      expect(jsonOf(read)).toEqual({ id });
    }),
  );
});

test('a fault is found where the first character can no longer lead to JSON', () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '@', '"', '}', ',', '\\'))
    .map(([json, at, extra]) => {
      const place = at % (json.length + 1);
      return json.slice(0, place) + extra + json.slice(place + 1);
    });
  fc.assert(
    fc.property(broken, (text) => {
      fc.pre(!isJson(text));
      const { offset } = findJsonFault(text);
      expect(offset).toBeLessThanOrEqual(text.length);
      // What stands before the fault is right so far: the engine, given only that, complains of nothing before its end.
      const prefix = positionOf(text.slice(0, offset));
      if (prefix !== undefined) expect(prefix).toBe(offset);
    }),
    { numRuns: 500 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where the engine itself sees the fault, when it says so. */
function positionOf(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const match = /at position (\d+)/.exec((error as Error).message);
    return match === null ? undefined : Number(match[1]);
  }
}
