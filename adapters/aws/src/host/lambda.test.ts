import { adapter } from '@portolan/composition';
import {
  channel,
  every,
  http,
  minutes,
  ok,
  on,
  operation,
  own,
  queue,
  service,
  silentLog,
  socket,
  welcome,
  type Consumer,
  type Sessions,
} from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import * as z from 'zod';
import { lambda } from './lambda.ts';

interface Greeter {
  greet(): Promise<string>;
}

const jobs = queue('jobs', { message: z.string(), visibilityMs: 20_000 });
const greeter = own<Greeter>()('greeter', { use: ['greet'] });
const live = channel('live', { message: z.string() });
const greet = operation({ method: 'GET', path: '/greeting', summary: 'Greets', replies: { ok: z.string() } });
const hang = (): Promise<never> => new Promise(() => {});
const example = service(
  'example',
  { jobs, greeter, live },
  {
    api: http(
      '/example/v1',
      { greet },
      { greeter: greeter.use },
      { greet: async (_input, ports) => ok(await ports.greeter.greet()) },
    ),
    work: on(jobs, {}, ({ message }) => (message === 'hang' ? hang() : Promise.resolve())),
    serve: socket(live, { path: '/live' }, {}, { connect: async () => welcome() }),
    wait: socket(live, { path: '/wait' }, {}, { connect: hang }),
    sweep: every(minutes(1), {}, async ({ at }) => {
      if (at === 0) throw new Error('told to fail');
    }),
  },
);
const context = {
  getRemainingTimeInMillis: () => 10_000,
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:f',
};
const greeting = {
  version: '2.0',
  rawPath: '/example/v1/greeting',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET' } },
  isBase64Encoded: false,
};

/** What was built, in order, and handlers whose engine takes messages as they are: its event is a list of texts. */
function start({ greet: answer = async () => 'hello', failures = 0 } = {}) {
  const built: string[] = [];
  const alarm = new VirtualAlarm();
  const receive = async (event: readonly string[], consumer: Consumer) => {
    const answers = consumer(event.map((message, index) => ({ id: String(index), message, attempt: 1, at: 0 })));
    return (await Promise.allSettled(answers)).map(({ status }) => status);
  };
  const bindings = {
    jobs: adapter({
      kind: 'queue',
      cloud: 'aws',
      name: 'listQueue',
      guarantees: {},
      open: () => (built.push('jobs'), { receive }),
    }),
    live: adapter({
      kind: 'channel',
      cloud: 'aws',
      name: 'oneChannel',
      guarantees: {},
      open: () => ({
        receiveSocket: (_event: never, sessions: Sessions, deadlineAt: number) =>
          sessions.connect({ connection: 'c', query: {}, headers: {}, deadlineAt }),
      }),
    }),
    greeter: adapter({
      kind: 'own',
      cloud: 'any',
      name: 'greeting',
      guarantees: {},
      open: (): Greeter => {
        built.push('greeter');
        if (failures-- > 0) throw new Error('no greeter yet');
        return { greet: answer };
      },
    }),
  };
  const handlers = lambda(example, bindings, { alarm, environment: { log: silentLog } });
  return { ...handlers, built, alarm };
}
afterEach(() => {
  delete process.env['_HANDLER'];
});

test('a handler builds what its function uses, once, and nothing else', async () => {
  const { api, work, built } = start();
  expect(built).toEqual([]);
  await api(greeting, context);
  expect(await api(greeting, context)).toMatchObject({ statusCode: 200, body: '"hello"' });
  expect(built).toEqual(['greeter']);
  await work(['a'], context);
  expect(built).toEqual(['greeter', 'jobs']);
});

test('the function that the runtime names is built while the process starts', async () => {
  process.env['_HANDLER'] = 'main.work';
  const { built } = start();
  await new Promise((resolve) => setImmediate(resolve));
  expect(built).toEqual(['jobs']);
});

test('a start that failed fails that call, and is tried again by the next', async () => {
  const { api } = start({ failures: 1 });
  await expect(api(greeting, context)).rejects.toThrow('no greeter yet');
  expect(await api(greeting, context)).toMatchObject({ statusCode: 200 });
});

test('messages without an answer fail half a second before Lambda ends the call, and no other with them', async () => {
  const { work, alarm } = start();
  const answer = work(['hang', 'fine'], context);
  await new Promise((resolve) => setImmediate(resolve));
  expect(alarm.next - alarm.clock.now()).toBe(9_500);
  alarm.set(alarm.next);
  alarm.ring();
  expect(await answer).toEqual(['rejected', 'fulfilled']);
});

test('an HTTP caller is answered 503 half a second before Lambda ends the call', async () => {
  const { api, alarm } = start({ greet: hang });
  const answer = api(greeting, context);
  await new Promise((resolve) => setImmediate(resolve));
  alarm.set(alarm.clock.now() + 9_500);
  alarm.ring();
  expect(await answer).toMatchObject({ statusCode: 503 });
});

test('a tick that fails is reported to Lambda, which counts it and tries it again', async () => {
  const { sweep } = start();
  const tick = (at: number) => ({ source: 'aws.events', time: new Date(at).toISOString() });
  await expect(sweep(tick(60_000), context)).resolves.toBeUndefined();
  await expect(sweep(tick(0), context)).rejects.toThrow('told to fail');
});

const opening = { requestContext: { eventType: 'CONNECT', connectionId: 'c' } };

test('a socket is handed to its adapter, and its answer to the platform', async () => {
  const { serve } = start();
  expect(await serve(opening, context)).toEqual(welcome());
});

test('a client that asks for a socket is answered 503 half a second before Lambda ends the call', async () => {
  const { wait, alarm } = start();
  const answer = wait(opening, context);
  await new Promise((resolve) => setImmediate(resolve));
  alarm.set(alarm.clock.now() + 9_500);
  alarm.ring();
  expect(await answer).toEqual({ statusCode: 503 });
});

test('an event of another kind is refused by the names of its fields, without their values', async () => {
  const { api, serve, sweep } = start();
  await expect(sweep({ Records: ['secret'] }, context)).rejects.toThrow(
    'function "sweep" was called with an object with the fields Records, expected a tick',
  );
  await expect(api({ Records: ['secret'] }, context)).rejects.toThrow('expected an HTTP event in payload format 2.0');
  await expect(serve(greeting, context)).rejects.toThrow('expected an event of a WebSocket API');
});
