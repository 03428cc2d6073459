import { adapter } from '@portolan/composition';
import { requestOver, startEngine } from '@portolan/conformance/engine';
import {
  channel,
  every,
  http,
  minutes,
  on,
  ok,
  operation,
  packCarried,
  queue,
  service,
  silentLog,
  socket,
  welcome,
  type Log,
} from '@portolan/kernel';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import * as z from 'zod';
import { cloudRunChannel } from '../channel/cloud-run-channel.ts';
import { cloudTasksQueue } from '../queue/cloud-tasks-queue.ts';
import { startOidc, type OidcDouble } from '../testing/host/oidc-double.ts';
import { invoker, location, project } from '../testing/host/settings.ts';
import { restOf } from '../testing/table-harness.ts';
import { cloudFunctions } from './cloud-functions.ts';
import { cloudRun, type CloudRunOptions } from './cloud-run.ts';
import { functionPath } from './run-routes.ts';

const json = { 'content-type': 'application/json' };
const jobs = queue('jobs', { message: z.string() });
const events = channel('events', { message: z.string() });
const hello = operation({ method: 'GET', path: '/hello', summary: 'Greets', replies: { ok: z.string() } });
const seen: string[] = [];
const greeter = service(
  'greeter',
  { jobs, events },
  {
    api: http('/v1', { hello }, {}, { hello: async () => ok('hello') }),
    live: socket(events, { path: '/v1/live' }, {}, { connect: async () => welcome() }),
    work: on(jobs, {}, async ({ message }) => void seen.push(message)),
    tidy: every(minutes(1), {}, async () => void seen.push('tidied')),
  },
);
const greeterBindings = { jobs: cloudTasksQueue(), events: cloudRunChannel() };
/** Cannot let go of what it holds. */
const leakingQueue = adapter({
  kind: 'queue',
  cloud: 'gcp',
  name: 'leakingQueue',
  guarantees: {},
  open: () => ({
    receive: async () => undefined,
    async [Symbol.asyncDispose]() {
      throw new Error('it leaks');
    },
  }),
});
const url = 'https://greeter.example.com';
const work = (text: string) => packCarried({ id: text, message: text, at: 0, attempts: 0 });

describe('a container', () => {
  let oidc: OidcDouble;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  const before = { ...process.env };
  beforeAll(async () => {
    oidc = await startOidc();
    engine = await startEngine(new URL('../testing/gcp-engine.ts', import.meta.url));
    Object.assign(process.env, {
      GOOGLE_CLOUD_PROJECT: project,
      GOOGLE_CLOUD_REGION: location,
      FIRESTORE_EMULATOR_HOST: `127.0.0.1:${engine.port}`,
      PUBSUB_EMULATOR_HOST: `127.0.0.1:${engine.port}`,
      CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${engine.port}`,
      PORTOLAN_INVOKER: invoker,
      PORTOLAN_URL: `${url}/`,
      PORTOLAN_CERTIFICATES_URL: oidc.certificatesUrl,
    });
    const path = `projects/${project}/topics/greeter-events`;
    await restOf(engine.port, 'v1').call({ method: 'PUT', path, body: {}, repeatable: false });
  });
  afterAll(async () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    await Promise.all([oidc[Symbol.asyncDispose](), engine[Symbol.asyncDispose]()]);
  });
  beforeEach(() => (seen.length = 0));

  const start = (options: CloudRunOptions = {}) =>
    cloudRun(greeter, greeterBindings, { port: 0, host: '127.0.0.1', environment: { log: silentLog }, ...options });
  const bearer = (aud: string) => ({ authorization: `Bearer ${oidc.token({ aud, email: invoker })}` });
  const post = (port: number, target: string, headers: Readonly<Record<string, string>>, body: string | Buffer = '') =>
    requestOver(port, { method: 'POST', target, headers: { ...json, ...headers }, body });

  test('serves operations to anybody, and messages and ticks to those who may bring them', async () => {
    await using server = await start();
    expect((await requestOver(server.port, { target: '/v1/hello' })).body).toBe('"hello"');
    const at = functionPath('work');
    expect((await post(server.port, at, {}, work('a'))).status).toBe(401);
    expect((await post(server.port, at, bearer('https://other.example.com'), work('a'))).status).toBe(401);
    expect((await post(server.port, at, bearer(`${url}/`), work('b'))).status).toBe(204);
    expect((await post(server.port, at, bearer(`${url}${at}`), work('c'))).status).toBe(204);
    const tick = { 'x-cloudscheduler': 'true', 'x-cloudscheduler-scheduletime': '2026-11-20T03:30:00Z' };
    const tidy = functionPath('tidy');
    expect((await post(server.port, tidy, { ...tick, ...bearer(`${url}${tidy}`) })).status).toBe(204);
    expect(seen).toEqual(['b', 'c', 'tidied']);
  });

  test('finds the function of a queue by its name, where Cloud Tasks knows only the service', async () => {
    await using server = await start();
    const from = (queueName: string) => ({ 'x-cloudtasks-queuename': queueName, ...bearer(`${url}/`) });
    expect((await post(server.port, '/', from('greeter-jobs'), work('a'))).status).toBe(204);
    expect((await post(server.port, '/', from('other-jobs'), work('b'))).status).toBe(404);
    expect(seen).toEqual(['a']);
  });

  test.each([
    ['a path of nothing', '/nothing', 404],
    ['a function that there is not', functionPath('nobody'), 404],
    ['a function of operations', functionPath('api'), 404],
    ['a function of sockets', functionPath('live'), 404],
    ['operations that there are not', '/v1/nothing', 404],
  ])('answers %s as it should', async (_what, target, status) => {
    await using server = await start();
    expect((await post(server.port, target, bearer(`${url}/`), work('a'))).status).toBe(status);
    expect(seen).toEqual([]);
  });

  test.each([
    ['has no token', functionPath('work'), 'POST', {}, 401],
    ['has no token and names a queue', '/', 'POST', { 'x-cloudtasks-queuename': 'greeter-jobs' }, 401],
    ['brings nothing that a message comes by', functionPath('work'), 'PUT', {}, 405],
  ])('answers whoever %s before it has read a byte', async (_what, path, method, headers, status) => {
    await using server = await start();
    const asked = request({
      port: server.port,
      path,
      method,
      headers: { ...headers, 'content-length': 17 * 1_048_576 },
    });
    asked.flushHeaders();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    asked.on('error', () => {}).destroy();
    expect([answer.statusCode, seen]).toEqual([status, []]);
  });

  test('reads no more than a message can have', async () => {
    await using server = await start();
    const answer = await post(server.port, functionPath('work'), bearer(`${url}/`), Buffer.alloc(17 * 1_048_576));
    expect(answer.status).toBe(413);
  });

  test('does not start where it could not know its callers, where its port is none, and where paths collide', async () => {
    delete process.env['PORTOLAN_INVOKER'];
    await expect(start()).rejects.toThrow('PORTOLAN_INVOKER must be');
    process.env['PORTOLAN_INVOKER'] = invoker;
    process.env['PORT'] = 'http';
    const quiet = { environment: { log: silentLog } };
    await expect(cloudRun(greeter, greeterBindings, quiet)).rejects.toThrow('PORT must be a port, not "http"');
    delete process.env['PORT'];
    const api = http('/functions/v1', { hello }, {}, { hello: async () => ok('hello') });
    const colliding = service('colliding', {}, { api });
    await expect(cloudRun(colliding, {})).rejects.toThrow(/"\/functions\/v1" lies among .* give it another/);
  });

  test('believes whoever calls only where it serves nothing to the public', async () => {
    const quiet = {
      port: 0,
      host: '127.0.0.1',
      environment: { log: silentLog },
      callers: 'checked-by-platform',
    } as const;
    const { api, live, work: worker, tidy } = greeter.functions;
    const bound = { jobs: greeterBindings.jobs };
    const withSockets = service('greeter', { events, jobs }, { live, work: worker });
    await expect(cloudRun(withSockets, greeterBindings, quiet)).rejects.toThrow(/"greeter": .* function "live"; leave/);
    await expect(cloudRun(service('greeter', { jobs }, { work: worker, api }), bound, quiet)).rejects.toMatchObject({
      name: 'CompositionError',
      message: expect.stringContaining('function "api"'),
    });
    await using server = await cloudRun(service('greeter', { jobs }, { work: worker, tidy }), bound, quiet);
    expect((await post(server.port, functionPath('work'), {}, work('a'))).status).toBe(204);
    expect(seen).toEqual(['a']);
  });

  test('lets go of all when it stops, and says by its exit code and its log where it could not', async () => {
    const lines: unknown[] = [];
    const log: Log = { ...silentLog, error: (message, fields) => void lines.push([message, fields?.['reason']]) };
    const exits = Promise.withResolvers<unknown>();
    const { exit } = process;
    process.exit = ((code) => exits.resolve(code)) as typeof exit;
    try {
      const server = await cloudRun(
        service('greeter', { jobs }, { work: greeter.functions.work }),
        { jobs: leakingQueue },
        { port: 0, host: '127.0.0.1', environment: { log } },
      );
      process.emit('SIGTERM');
      expect(await exits.promise).toBe(1);
      expect(lines).toEqual([['the service did not stop as it should', 'Error: it leaks']]);
      await expect(server.stop()).rejects.toThrow('it leaks');
      await expect(requestOver(server.port, { target: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    } finally {
      process.exit = exit;
    }
  });

  test('does not start where a channel cannot be served, and leaves nothing behind', async () => {
    const elsewhere = { ...greeter, name: 'elsewhere' };
    const starting = cloudRun(elsewhere, greeterBindings, { port: 0 });
    await expect(starting).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('cloudFunctions()', () => {
  afterEach(() => delete process.env['FUNCTION_TARGET']);

  test('has every function but that of sockets, and says why to whoever asks for it', () => {
    const functions = cloudFunctions(greeter, greeterBindings, { callers: 'checked-by-platform' });
    expect(Object.keys(functions)).toEqual(['api', 'work', 'tidy']);
    expect(functions.work).toBeInstanceOf(Function);
    expect(() => functions.live).toThrow(/function "live" serves sockets.*serve it with cloudRun\(\)/);
    process.env['FUNCTION_TARGET'] = 'live';
    expect(() => cloudFunctions(greeter, greeterBindings)).toThrow(
      expect.objectContaining({ name: 'CompositionError' }),
    );
    process.env['FUNCTION_TARGET'] = 'api';
    expect(() => cloudFunctions(greeter, greeterBindings)).not.toThrow();
  });
});
