import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { operations } from '@portolan/scheduling';
import { scheduling, send } from './testing/client.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from './testing/platform-process.ts';

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
let platform: PlatformProcess;
let url: string;

beforeAll(async () => {
  platform = open.use(await startPlatformProcess(folder.path));
  url = platform.url;
}, 30_000);
afterAll(() => open.disposeAsync());

describe('pages', () => {
  test('health says that it is well', async () => {
    const { status, type, body } = await send(`${url}/healthz`);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(body).toMatchObject({ status: 'ok', version: expect.any(String), uptimeSeconds: expect.any(Number) });
  });

  test('the description is OpenAPI and lists every operation of a service', async () => {
    const { status, type, body } = await send(`${url}/openapi.json`);
    expect([status, type]).toEqual([200, 'application/json']);
    expect(body.openapi).toMatch(/^3\.1\./);
    const listed = Object.entries(body.paths as Record<string, Record<string, object>>)
      .filter(([path]) => path.startsWith('/scheduling/'))
      .flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`));
    const declared = Object.values(operations).map(({ method, path }) => `${method} /scheduling/v1${path}`);
    expect(listed.sort()).toEqual(declared.sort());
  });

  test('every reference within the description leads somewhere', async () => {
    const { text, body } = await send(`${url}/openapi.json`);
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path]) => path!);
    expect(references.length).toBeGreaterThan(10);
    for (const path of references) {
      const found = path.split('/').reduce((at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], body);
      expect([path, typeof found]).toEqual([path, 'object']);
    }
  });

  test('a URL of an object that nobody signed is refused', async () => {
    for (const method of ['GET', 'PUT'])
      expect((await send(`${url}/_objects/some.place/key?expires=9999999999999&signature=x`, method)).status).toBe(403);
  });

  test('the reference is a page whose scripts are served from here', async () => {
    const page = await send(`${url}/docs`);
    expect([page.status, page.type]).toEqual([200, 'text/html; charset=utf-8']);
    const scripts = [...page.text.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, path]) => path!);
    expect(scripts.length).toBeGreaterThan(0);
    for (const path of scripts) {
      const { status, type, text } = await send(new URL(path, `${url}/docs`).href);
      expect([path, status, type]).toEqual([path, 200, expect.stringContaining('javascript')]);
      expect(text.length).toBeGreaterThan(0);
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect((await send(`${url}/docs/`)).text).toBe(page.text);
  });

  test('the root is the console, or says how to get it', async () => {
    const { status, type, text } = await send(`${url}/`);
    expect(status).toBe(200);
    if (type.startsWith('text/html')) expect(text).toContain('<div id=');
    else expect(text).toContain('The console is not built yet: run `npm run build`.');
  });

  test('each type of problem has a page', async () => {
    const { status, text } = await send(`${url}/problems/too-large`);
    expect([status, text.split('\n')[0]]).toEqual([200, 'Too large (HTTP 413)']);
    expect((await send(`${url}/problems/constructor`)).status).toBe(404);
  });

  test.each([
    '/nothing',
    '/nothing.txt',
    '/schedulng/v1/tasks',
    '/docs/nothing.js',
    '/problems/',
    '/assets/',
    '/assets/nothing.js',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/%00',
    '/%E0%A4%A',
  ])('there is nothing at %s', async (path) => {
    expect((await send(`${url}${path}`)).status).toBe(404);
  });

  test('a request that names the host in its target, as through a proxy, is answered', async () => {
    const statuses = async (path: string): Promise<number | undefined> => {
      const asked = request(url, { path: `${url}${path}` }).end();
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    expect(await Promise.all(['/healthz', '/', '', '?a=b', '/docs/', '/none'].map(statuses))).toEqual([
      200, 200, 200, 200, 200, 404,
    ]);
  });

  test('pages are only to be read', async () => {
    const { status, headers } = await send(`${url}/healthz`, 'POST', {});
    expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('problems', () => {
  const target = { kind: 'webhook', url: 'http://127.0.0.1:9/' };
  test.each<[string, number, string, string, string | undefined, Record<string, string>]>([
    ['a body over 256 KiB', 413, 'POST', '/tasks', JSON.stringify({ target, payload: 'x'.repeat(300_000) }), {}],
    ['malformed JSON', 400, 'POST', '/tasks', '{"target": ', {}],
    ['a field that nobody knows', 400, 'POST', '/tasks', JSON.stringify({ target, delayMs: 0, when: 1 }), {}],
    ['a body that is no JSON by its type', 415, 'POST', '/tasks', 'a=b', { 'content-type': 'text/plain' }],
    ['a path that does not exist', 404, 'GET', '/nothing', undefined, {}],
    ['a task that does not exist', 404, 'GET', '/tasks/nobody', undefined, {}],
    ['a method that the path does not take', 405, 'PUT', '/tasks', '{}', {}],
    ['a parameter that nobody knows', 400, 'GET', '/tasks?colour=red', undefined, {}],
    ['another name for this server', 421, 'GET', '/tasks', undefined, { host: 'rebound.example' }],
    ['a write from a page of elsewhere', 403, 'POST', '/tasks', '{}', { origin: 'https://elsewhere.example' }],
  ])('%s is %i, as a problem', async (_case, status, method, path, body, headers) => {
    const answer = await raw(method, path, body, headers);
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    const told = JSON.parse(answer.text) as { type: string };
    expect(told).toMatchObject({ status, title: expect.any(String), detail: expect.stringMatching(/\S/) });
    expect((await send(`${url}${told.type}`)).status).toBe(200);
  });

  test('none of it made a task', async () => {
    expect((await send(scheduling(url, '/tasks'))).body.tasks).toEqual([]);
    expect(platform.stderr()).toBe('');
  });

  /** fetch may neither set `host` nor send what is no JSON as it is. */
  async function raw(method: string, path: string, body: string | undefined, headers: Record<string, string>) {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = request(scheduling(url, path), { method, headers: { ...type, ...headers } });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode, type: response.headers['content-type'], text: await textOf(response) };
  }
});

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk as string;
  return text;
}
