import { every, http, minutes, ok, on, operation, packCarried, queue, seconds, service } from '@portolan/kernel';
import { requestOver } from '@portolan/conformance/engine';
import type { HttpFunction } from '@google-cloud/functions-framework';
import { jsonLog, googleDialect } from '@portolan/node';
import * as z from 'zod';
import { cloudTasksQueue } from '../queue/cloud-tasks-queue.ts';
import { pubsubQueue } from '../queue/pubsub-queue.ts';
import { serveFunctions } from '../testing/host/framework.ts';
import { startOidc, type OidcDouble } from '../testing/host/oidc-double.ts';
import { cloudFunctions, type CloudFunctionsOptions } from './cloud-functions.ts';

const jobs = queue('jobs', { message: z.object({ how: z.enum(['done', 'fail']) }), visibilityMs: seconds(1) });
const notices = queue('notices', { message: z.object({ text: z.string() }), visibilityMs: seconds(1) });
const hello = operation({
  method: 'GET',
  path: '/hello',
  summary: 'Greets',
  replies: { ok: z.object({ leftMs: z.number() }) },
});
const seen: string[] = [];
const greeter = service(
  'greeter',
  { jobs, notices },
  {
    api: http(
      '/v1',
      { hello },
      {},
      {
        hello: async (_input, _ports, { deadline, clock }) => ok({ leftMs: deadline.at - clock.now() }),
      },
    ),
    work: on(jobs, {}, async ({ id, message }, _ports, { log }) => {
      log.info('working');
      if (message.how === 'fail') throw new Error('told to fail');
      seen.push(id);
    }),
    notice: on(notices, {}, async ({ message }) => void seen.push(message.text)),
    tidy: every(minutes(1), {}, async ({ at }) => {
      seen.push(`tidied at ${new Date(at).toISOString()}`);
    }),
  },
);
const bindings = { jobs: cloudTasksQueue(), notices: pubsubQueue() };
const email = 'invoker@portolan-test.iam.gserviceaccount.com';
const aud = 'https://greeter.example.com';
const task = (id: string, how = 'done') => packCarried({ id, message: { how }, at: 0, attempts: 0 });
const json = { 'content-type': 'application/json' };

let oidc: OidcDouble;
const before = { ...process.env };
beforeAll(async () => {
  oidc = await startOidc();
  Object.assign(process.env, {
    GOOGLE_CLOUD_PROJECT: 'portolan-test',
    GOOGLE_CLOUD_REGION: 'europe-west1',
    PORTOLAN_INVOKER: email,
    PORTOLAN_URL: aud,
    PORTOLAN_CERTIFICATES_URL: oidc.certificatesUrl,
    // Nothing listens there: what is sent on fails.
    CLOUD_TASKS_EMULATOR_HOST: '127.0.0.1:1',
  });
});
beforeEach(() => (seen.length = 0));
afterAll(async () => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  await oidc[Symbol.asyncDispose]();
});

/** The functions behind the framework, and what they write to the log. */
async function serve(options: CloudFunctionsOptions = {}) {
  const lines: string[] = [];
  const log = jsonLog({ dialect: googleDialect, write: (line) => lines.push(line) });
  const functions: Readonly<Record<keyof typeof greeter.functions, HttpFunction>> = cloudFunctions(greeter, bindings, {
    environment: { log },
    ...options,
  });
  const served = await serveFunctions(functions);
  return {
    lines,
    post: (name: string, headers: Readonly<Record<string, string>>, body = '') =>
      requestOver(served.ports[name]!, { method: 'POST', target: '/', headers, body }),
    request: (name: string, method: string, target: string) => requestOver(served.ports[name]!, { method, target }),
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const invoked = () => bearer(oidc.token({ aud, email }));

test('takes a message of a caller who shows that they may bring it', async () => {
  await using functions = await serve();
  const response = await functions.post('work', { ...json, ...invoked() }, task('a'));
  expect([response.status, response.body, seen]).toEqual([204, '', ['a']]);
});

test('lets anybody call operations: who may do what is their own business', async () => {
  await using functions = await serve();
  const response = await functions.request('api', 'GET', '/v1/hello');
  expect(response.status).toBe(200);
});

test('gives operations the time that Cloud Run gives, and keeps back what an answer takes', async () => {
  const leftMs = async (options?: CloudFunctionsOptions) => {
    await using functions = await serve(options);
    const { body } = await functions.request('api', 'GET', '/v1/hello');
    return (JSON.parse(body) as { readonly leftMs: number }).leftMs;
  };
  for (const left of [await leftMs(), await leftMs({ timeoutMs: 60_000 })]) {
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(59_500);
  }
  process.env['CLOUD_RUN_TIMEOUT_SECONDS'] = '10';
  expect(await leftMs()).toBeLessThanOrEqual(9_500);
  process.env['CLOUD_RUN_TIMEOUT_SECONDS'] = 'long';
  expect(() => cloudFunctions(greeter, bindings)).toThrow('must be a number of seconds, not "long"');
  delete process.env['CLOUD_RUN_TIMEOUT_SECONDS'];
});

test('takes messages of Pub/Sub from a push subscription, and from Eventarc in either mode', async () => {
  await using functions = await serve();
  const pushed = (text: string) => {
    const data = Buffer.from(packCarried({ id: text, message: { text }, at: 0, attempts: 0 })).toString('base64');
    return { message: { data, messageId: '7' }, subscription: 'projects/portolan-test/subscriptions/greeter-notices' };
  };
  const type = 'google.cloud.pubsub.topic.v1.messagePublished';
  const binary = { 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': '//pubsub.googleapis.com/', 'ce-type': type };
  const event = { specversion: '1.0', id: '7', source: '//pubsub.googleapis.com/', type, data: pushed('structured') };
  const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const responses = [
    await functions.post('notice', { ...json, ...invoked() }, JSON.stringify(pushed('push'))),
    await functions.post('notice', { ...json, ...binary, ...invoked() }, JSON.stringify(pushed('binary'))),
    await functions.post('notice', { ...structured, ...invoked() }, JSON.stringify(event)),
  ];
  expect(responses.map(({ status }) => status)).toEqual([204, 204, 204]);
  expect(seen).toEqual(['push', 'binary', 'structured']);
});

test.each<[string, number, () => Readonly<Record<string, string>>]>([
  ['no token', 401, () => ({})],
  ["somebody else's signature", 401, () => bearer(oidc.forged({ aud, email }))],
  ['a token for another function', 401, () => bearer(oidc.token({ aud: 'https://other.example.com', email }))],
  ['another account', 403, () => bearer(oidc.token({ aud, email: 'someone@example.com' }))],
])('refuses messages and ticks with %s, and shows no token in the log', async (_why, status, headers) => {
  await using functions = await serve();
  const given = headers();
  const tick = { 'x-cloudscheduler': 'true', 'x-cloudscheduler-scheduletime': '2026-11-20T03:30:00Z' };
  const responses = [
    await functions.post('work', { ...json, ...given }, task('a')),
    await functions.post('tidy', { ...tick, ...given }),
  ];
  expect(responses.map((response) => response.status)).toEqual([status, status]);
  expect(seen).toEqual([]);
  const refusals = functions.lines.filter((line) => line.includes('a caller was refused'));
  expect(refusals).toHaveLength(2);
  const token = given['authorization']?.split('.')[1];
  if (token !== undefined) expect(functions.lines.join('\n') + responses[0]!.body).not.toContain(token);
});

test('believes everybody where it was told that the platform has checked them', async () => {
  await using functions = await serve({ callers: 'checked-by-platform' });
  const removed = `${oidc.token({ aud, email }).split('.').slice(0, 2).join('.')}.SIGNATURE_REMOVED_BY_GOOGLE`;
  expect((await functions.post('work', { ...json, ...bearer(removed) }, task('a'))).status).toBe(204);
  expect((await functions.post('work', json, task('b'))).status).toBe(204);
  expect(seen).toEqual(['a', 'b']);
});

test('answers 503 where a message has to come again by the means of the platform', async () => {
  await using functions = await serve();
  const response = await functions.post('work', { ...json, ...invoked() }, task('a', 'fail'));
  expect([response.status, seen]).toEqual([503, []]);
}, 30_000);

test('answers 503 where certificates are not to be had, and takes the message later', async () => {
  await using failing = await startOidc(true);
  const message = () => [{ ...json, ...invoked() }, task('a')] as const;
  process.env['PORTOLAN_CERTIFICATES_URL'] = failing.certificatesUrl;
  {
    await using functions = await serve();
    expect((await functions.post('work', ...message())).status).toBe(503);
  }
  process.env['PORTOLAN_CERTIFICATES_URL'] = oidc.certificatesUrl;
  await using functions = await serve();
  expect((await functions.post('work', ...message())).status).toBe(204);
});

test('runs a schedule for the instant of its tick, and for nothing else that is no tick', async () => {
  await using functions = await serve();
  const tick = { 'x-cloudscheduler': 'true', 'x-cloudscheduler-scheduletime': '2026-11-20T03:30:00Z' };
  expect((await functions.post('tidy', { ...tick, ...invoked() })).status).toBe(204);
  expect((await functions.post('tidy', invoked())).status).toBe(400);
  expect((await functions.request('tidy', 'GET', '/')).status).toBe(405);
  expect(seen).toEqual(['tidied at 2026-11-20T03:30:00.000Z']);
});

test('writes lines that Cloud Logging joins to their request', async () => {
  await using functions = await serve();
  const trace = '0af7651916cd43dd8448eb211c80319c';
  await functions.post('work', { ...json, ...invoked(), 'x-cloud-trace-context': `${trace}/1;o=1` }, task('a'));
  const line = functions.lines.map((one) => JSON.parse(one)).find(({ message }) => message === 'working');
  expect(line).toMatchObject({
    severity: 'INFO',
    'logging.googleapis.com/trace': `projects/portolan-test/traces/${trace}`,
  });
});

describe('as the function that a deployment is for', () => {
  afterEach(() => {
    delete process.env['FUNCTION_TARGET'];
    process.env['PORTOLAN_INVOKER'] = email;
  });

  test('fails at once where it could not know its callers', () => {
    delete process.env['PORTOLAN_INVOKER'];
    process.env['FUNCTION_TARGET'] = 'work';
    expect(() => cloudFunctions(greeter, bindings)).toThrow('PORTOLAN_INVOKER must be');
    expect(() => cloudFunctions(greeter, bindings, { callers: 'checked-by-platform' })).not.toThrow();
    process.env['FUNCTION_TARGET'] = 'api';
    expect(() => cloudFunctions(greeter, bindings)).not.toThrow();
  });
});
