import * as z from 'zod';
import {
  bindFunction,
  channel,
  PortError,
  problem,
  socket,
  welcome,
  type Channel,
  type Log,
  type Opening,
  type SocketHandlers,
  type Trace,
} from './index.ts';
import { newWorld } from './testing/index.ts';

const Said = z.object({ n: z.number() });
const live = channel('live', { message: z.object({ n: z.number() }), incoming: Said, maxMessageBytes: 64 });
const quiet = channel('quiet', { message: z.object({ n: z.number() }) });
const Query = z.object({ product: z.string().max(7) });

const trace: Trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, correlationId: 'order 7' };
const call = { connection: 'c-1', trace };
const request = { query: { product: 'BTC-USD' }, headers: { origin: 'https://example.com' } };

type Grants = { readonly live: typeof live.push };
type Handlers = SocketHandlers<z.infer<typeof Query>, z.infer<typeof Said>, Grants>;

/** The sessions of a function on the channel, with what its log was told. */
function bound(handlers: Partial<Handlers>, contract: Partial<Channel> = {}) {
  const errors: { readonly message: string; readonly fields: unknown }[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (message, fields) => errors.push({ message, fields }) };
  const fn = socket(
    live,
    { path: '/live', query: Query },
    { live: live.push },
    { connect: async () => welcome(), ...handlers },
  );
  const contracts = { live: { send() {}, publish() {}, ...contract } };
  return { errors, sessions: bindFunction(fn, contracts, newWorld({ log }).environment).sessions };
}

const frameOf = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

describe('connecting', () => {
  test('hands the function the name, the parsed query and the headers, and its answer back', async () => {
    const openings: Opening<unknown>[] = [];
    const { sessions } = bound({
      async connect(opening) {
        openings.push(opening);
        return welcome(['BTC-USD:1m']);
      },
    });
    expect(await sessions.connect({ ...call, ...request })).toEqual({ kind: 'welcome', groups: ['BTC-USD:1m'] });
    expect(openings).toEqual([{ connection: 'c-1', query: { product: 'BTC-USD' }, headers: request.headers }]);
  });

  test('refuses a query that breaks the schema, names the field, and asks nobody', async () => {
    const connect = async () => {
      throw new Error('never asked');
    };
    const { sessions, errors } = bound({ connect });
    const answer = await sessions.connect({ ...call, ...request, query: { product: 'too long a name' } });
    expect(answer).toMatchObject({ problem: 'invalid', detail: expect.stringMatching(/^query\.product: /) });
    expect(await sessions.connect({ ...call, ...request, query: {} })).toMatchObject({ problem: 'invalid' });
    expect(errors).toEqual([]);
  });

  test.each(['invalid', 'unauthorized', 'forbidden', 'not-found', 'limited', 'unavailable'] as const)(
    'hands a refusal on: %s',
    async (kind) => {
      const refusal = problem(kind, 'no', { retryAfterMs: 5_000 });
      const { sessions } = bound({ connect: async () => refusal });
      expect(await sessions.connect({ ...call, ...request })).toEqual(refusal);
    },
  );

  test.each([
    ['throws', () => Promise.reject(new Error('no disk'))],
    ['names a malformed group', async () => welcome(['fine', 'not fine'])],
    ['names fifty-one groups', async () => welcome(Array.from({ length: 51 }, (_, n) => `g${n}`))],
  ])('is unavailable where the function %s, and the log has why', async (_, connect) => {
    const { sessions, errors } = bound({ connect });
    expect(await sessions.connect({ ...call, ...request })).toEqual({
      kind: 'problem',
      problem: 'unavailable',
      detail: expect.not.stringContaining('disk'),
      retryAfterMs: 1_000,
    });
    expect(errors).toEqual([
      { message: 'connecting failed', fields: { port: 'live', reason: expect.stringMatching(/disk|group/) } },
    ]);
  });

  test('counts a group that is named twice once', async () => {
    const groups = Array.from({ length: 51 }, (_, n) => `g${n % 50}`);
    const { sessions } = bound({ connect: async () => welcome(groups) });
    expect(await sessions.connect({ ...call, ...request })).toEqual({ kind: 'welcome', groups });
  });

  test('takes any query where none is declared, and hands none over', async () => {
    const queries: unknown[] = [];
    const fn = socket(
      live,
      { path: '/live' },
      {},
      {
        async connect({ query }) {
          queries.push(query);
          return welcome();
        },
      },
    );
    const { sessions } = bindFunction(fn, {}, newWorld().environment);
    expect(await sessions.connect({ ...call, query: { any: 'thing' }, headers: {} })).toMatchObject({
      kind: 'welcome',
    });
    expect(queries).toEqual([undefined]);
  });
});

describe('a message', () => {
  test('is parsed and handed over with the name of its connection, and not answered', async () => {
    const said: unknown[] = [];
    const { sessions } = bound({ message: async (sent) => void said.push(sent) });
    expect(await sessions.message(call, '{"n":1,"more":true}')).toBeUndefined();
    expect(said).toEqual([{ connection: 'c-1', message: { n: 1 } }]);
  });

  test.each([
    ['no JSON', '{"n":', { problem: 'invalid', detail: expect.stringContaining('JSON') }],
    ['empty', '', { problem: 'invalid', detail: expect.stringContaining('JSON') }],
    ['of another shape', '{"n":"1"}', { problem: 'invalid', detail: expect.stringMatching(/^message\.n: /) }],
    [
      'a byte too long in UTF-8',
      JSON.stringify({ n: 1, e: `${'é'.repeat(25)}x` }),
      { problem: 'too-large', detail: expect.stringContaining('65 bytes; at most 64') },
    ],
  ])('that is %s is answered with a problem, and asks nobody', async (_, text, expected) => {
    const { sessions, errors } = bound({ message: () => Promise.reject(new Error('never asked')) });
    expect(frameOf(await sessions.message(call, text))).toEqual({ type: 'problem', ...expected });
    expect(errors).toEqual([]);
  });

  test('that has just the largest size is taken', async () => {
    const said: unknown[] = [];
    const { sessions } = bound({ message: async ({ message }) => void said.push(message) });
    expect(await sessions.message(call, JSON.stringify({ n: 1, e: 'é'.repeat(25) }))).toBeUndefined();
    expect(said).toEqual([{ n: 1 }]);
  });

  test.each([
    ['the function has no handler for any', live],
    ['the channel declares none', quiet],
  ])('is answered with a problem where %s', async (_, port) => {
    const fn = socket(port, { path: '/live' }, {}, { connect: async () => welcome() });
    const { sessions } = bindFunction(fn, {}, newWorld().environment);
    expect(frameOf(await sessions.message(call, '{"n":1}'))).toMatchObject({
      type: 'problem',
      problem: 'invalid',
      detail: expect.stringContaining('Nothing'),
    });
  });

  test('whose handler fails is answered without the reason, which the log has', async () => {
    const { sessions, errors } = bound({ message: () => Promise.reject(new Error('no disk')) });
    const answer = await sessions.message(call, '{"n":1}');
    expect(frameOf(answer)).toMatchObject({ type: 'problem', problem: 'unavailable' });
    expect(answer).not.toContain('disk');
    expect(errors).toEqual([{ message: 'a message failed', fields: { port: 'live', reason: 'Error: no disk' } }]);
  });

  test('that its handler finds to be wrong is answered with what is wrong', async () => {
    const refusal = new PortError('invalid', 'there is no product "DOGE"');
    const { sessions, errors } = bound({ message: () => Promise.reject(refusal) });
    expect(frameOf(await sessions.message(call, '{"n":1}'))).toEqual({
      type: 'problem',
      problem: 'invalid',
      detail: refusal.message,
    });
    expect(errors).toEqual([]);
  });

  test('that asked too much of an engine is not the fault of the client', async () => {
    const { sessions, errors } = bound({ message: () => Promise.reject(new PortError('throttled', 'slower')) });
    expect(frameOf(await sessions.message(call, '{"n":1}'))).toMatchObject({ problem: 'unavailable' });
    expect(errors).toHaveLength(1);
  });
});

describe('an end', () => {
  test('is told by the name of the connection', async () => {
    const ended: unknown[] = [];
    const { sessions } = bound({ disconnect: async (told) => void ended.push(told) });
    await sessions.disconnect(call);
    expect(ended).toEqual([{ connection: 'c-1' }]);
  });

  test('needs no handler', async () => {
    const { sessions, errors } = bound({});
    await sessions.disconnect(call);
    expect(errors).toEqual([]);
  });

  test('whose handler fails is logged, and nobody else hears of it', async () => {
    const { sessions, errors } = bound({ disconnect: () => Promise.reject(new Error('no disk')) });
    await sessions.disconnect(call);
    expect(errors).toEqual([{ message: 'disconnecting failed', fields: { port: 'live', reason: 'Error: no disk' } }]);
  });
});

test('every call goes on under the trace of the socket, and with its deadline', async () => {
  const seen: { readonly trace: Trace; readonly at: number }[] = [];
  const note = ({ trace, deadline }: { trace: Trace; deadline: { at: number } }) =>
    seen.push({ trace, at: deadline.at });
  const { sessions } = bound({
    async connect(_opening, _ports, context) {
      note(context);
      return welcome();
    },
    message: async (_sent, _ports, context) => void note(context),
    disconnect: async (_ended, _ports, context) => void note(context),
  });
  const timed = { ...call, deadlineAt: 1_767_225_700_000 };
  await sessions.connect({ ...timed, ...request });
  await sessions.message(timed, '{"n":1}');
  await sessions.disconnect(timed);
  await sessions.disconnect({ connection: 'c-1' });
  expect(seen.map(({ trace: { correlationId } }) => correlationId)).toEqual([
    'order 7',
    'order 7',
    'order 7',
    expect.stringMatching(/^[0-9a-f]{32}$/),
  ]);
  expect(new Set(seen.slice(0, 3).map(({ trace: { traceparent } }) => traceparent.slice(0, 35)))).toEqual(
    new Set([trace.traceparent.slice(0, 35)]),
  );
  expect(new Set(seen.map(({ trace: { traceparent } }) => traceparent)).size).toBe(4);
  expect(seen.map(({ at }) => at)).toEqual([timed.deadlineAt, timed.deadlineAt, timed.deadlineAt, Infinity]);
});

test('a handler is given the rights of its function, and no others', async () => {
  const sent: unknown[] = [];
  const granted: string[] = [];
  const { sessions } = bound(
    {
      async message({ connection, message }, ports) {
        granted.push(...Object.keys(ports.live));
        await ports.live.send(connection, message);
      },
    },
    { send: async (...args) => (sent.push(args.slice(0, 2)), { kind: 'sent' }), close: async () => undefined },
  );
  await sessions.message(call, '{"n":1}');
  expect(sent).toEqual([['c-1', { n: 1 }]]);
  expect(granted.sort()).toEqual(['publish', 'send']);
});

test('a channel whose buffer cannot hold one message is refused', () => {
  const message = z.object({});
  expect(() => channel('live', { message, maxMessageBytes: 2_000, maxBufferedBytes: 1_999 })).toThrow(RangeError);
  expect(channel('live', { message, maxMessageBytes: 2_000_000 }).maxBufferedBytes).toBe(2_000_000);
  expect(channel('live', { message })).toMatchObject({
    maxMessageBytes: 32_768,
    maxBufferedBytes: 1_048_576,
    whenSlow: 'disconnect',
  });
});
