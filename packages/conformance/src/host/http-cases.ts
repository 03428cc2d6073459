import assert from 'node:assert/strict';
import { within } from '../suite/expect.ts';
import type { ClientRequest, ClientResponse } from './host-harness.ts';
import { hostCase, type Stage } from './stage.ts';

const json = { 'content-type': 'application/json' } as const;
const post = (target: string, body: unknown): ClientRequest => ({
  method: 'POST',
  target: `/host/v1${target}`,
  headers: json,
  body: JSON.stringify(body),
});

interface ProblemBody {
  readonly type: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly value?: unknown; readonly expected: string }[];
}

/** Checks that an answer is a problem of this type, and gives its body. */
function problemIn(response: ClientResponse, status: number, kind: string): ProblemBody {
  assert.equal(response.status, status, response.body);
  assert.match(response.headers['content-type'] ?? '', /^application\/problem\+json/);
  const body = JSON.parse(response.body) as ProblemBody;
  assert.deepEqual([body.type, body.status], [`/problems/${kind}`, status]);
  return body;
}

const refusal = (title: string, request: ClientRequest, status: number, kind: string, field?: string) =>
  hostCase(title, async ({ service }) => {
    const problem = problemIn(await service.request(request), status, kind);
    if (field !== undefined) assert.equal(problem.errors?.[0]?.field, field);
  });

/** What clients see, which has to be the same whatever carries the request to the function. */
export const httpCases = [
  hostCase('answers an operation with its status, its type and its body', async ({ service }) => {
    const text = 'Grüße, 中文, \u{1f600}, "quotes" and \\';
    const response = await service.request(post('/echo', { text, count: 3 }));
    assert.equal(response.status, 200, response.body);
    assert.match(response.headers['content-type'] ?? '', /^application\/json/);
    assert.deepEqual(JSON.parse(response.body), { text, count: 3 });
    assert.equal(response.headers['cache-control'], 'no-store');
    assert.equal(response.headers['x-content-type-options'], 'nosniff');
  }),
  hostCase('takes a body that is sent as bytes', async ({ service }) => {
    const body = new TextEncoder().encode('\uFEFF{"text":"bytes, ü"}');
    const response = await service.request({ method: 'POST', target: '/host/v1/echo', headers: json, body });
    assert.deepEqual([response.status, response.body], [200, '{"text":"bytes, ü"}']);
  }),
  hostCase('writes and reads through ports, with path parameters and queries decoded', async ({ service }) => {
    const target = `/host/v1/notes/${encodeURIComponent('café 100%')}`;
    const put = await service.request({ method: 'PUT', target, headers: json, body: '{"text":"hello"}' });
    assert.deepEqual([put.status, put.headers['location']], [201, '/host/v1/notes/caf%C3%A9%20100%25']);
    const read = await service.request({ target: `${target}?upper=%79es` });
    assert.deepEqual(JSON.parse(read.body), { id: 'café 100%', text: 'HELLO' });
    const removed = await service.request({ method: 'DELETE', target });
    assert.deepEqual([removed.status, removed.body], [204, '']);
    problemIn(await service.request({ target }), 404, 'not-found');
  }),
  hostCase('answers HEAD as GET without its body', async ({ service }) => {
    await service.request({ method: 'PUT', target: '/host/v1/notes/a', headers: json, body: '{"text":"x"}' });
    const response = await service.request({ method: 'HEAD', target: '/host/v1/notes/a' });
    assert.deepEqual([response.status, response.body], [200, '']);
  }),
  refusal(
    'names the field, what it was and what was expected',
    post('/echo', { text: 7 }),
    400,
    'invalid',
    'body.text',
  ),
  refusal('refuses a body that is not JSON', { ...post('/echo', {}), body: '{"text":' }, 400, 'invalid', 'body'),
  refusal(
    'refuses bytes that are not UTF-8',
    { ...post('/echo', {}), body: new Uint8Array([0x22, 0xff, 0x22]) },
    400,
    'invalid',
    'body',
  ),
  refusal(
    'refuses a body of another type',
    { ...post('/echo', {}), headers: { 'content-type': 'text/plain' } },
    415,
    'unsupported-media-type',
  ),
  refusal("refuses a body over the operation's limit", post('/echo', { text: 'x'.repeat(2_000) }), 413, 'too-large'),
  refusal(
    'refuses a query that is given twice',
    { target: '/host/v1/notes/a?upper=yes&upper=no' },
    400,
    'invalid',
    'query.upper',
  ),
  refusal('refuses a query it does not know', { target: '/host/v1/notes/a?lower=yes' }, 400, 'invalid', 'query.lower'),
  refusal('has nothing at a path of no operation', { target: '/host/v1/nothing' }, 404, 'not-found'),
  refusal('does not take one slash more for the same path', { target: '/host/v1/notes/a/' }, 404, 'not-found'),
  hostCase('lists the methods of a path that is called with another', async ({ service }) => {
    const response = await service.request({ method: 'PATCH', target: '/host/v1/notes/a' });
    problemIn(response, 405, 'method-not-allowed');
    assert.deepEqual((response.headers['allow'] ?? '').split(', ').sort(), ['DELETE', 'GET', 'HEAD', 'PUT']);
  }),
  hostCase('goes on with the trace and the correlation id of the caller', async ({ service }) => {
    const headers = { 'x-correlation-id': 'order-4711', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const response = await service.request({ target: '/host/v1/notes/none', headers });
    assert.equal(response.headers['x-correlation-id'], 'order-4711');
    const other = await service.request({ target: '/host/v1/notes/none' });
    assert.match(other.headers['x-correlation-id'] ?? '', /^[0-9a-f]{32}$/);
  }),
  hostCase('answers a fault with 500 and keeps its text to itself', async ({ service }) => {
    const response = await service.request({ method: 'POST', target: '/host/v1/break/fault' });
    const { detail } = problemIn(response, 500, 'internal');
    assert.ok(!response.body.includes('secret'));
    assert.ok(detail.includes(response.headers['x-correlation-id']!), detail);
  }),
  hostCase('asks for patience where an engine does', async ({ service }) => {
    const response = await service.request({ method: 'POST', target: '/host/v1/break/throttled' });
    problemIn(response, 503, 'unavailable');
    assert.ok(Number(response.headers['retry-after']) >= 1);
  }),
  hostCase('answers 503 where a function gives no answer in time', answersWithoutAnswer),
];

async function answersWithoutAnswer({ harness, service }: Stage): Promise<void> {
  let response: ClientResponse | undefined;
  const sent = service.request({ method: 'POST', target: '/host/v1/break/hang' }).then((answer) => (response = answer));
  await within(harness, 60_000, () => assert.ok(response !== undefined, 'no answer within a minute'), 5_000);
  await sent;
  problemIn(response!, 503, 'unavailable');
}
