import {
  accepted,
  channel,
  http,
  kibibytes,
  ok,
  operation,
  problem,
  service,
  socket,
  table,
  welcome,
  type Context,
} from '@portolan/kernel';
import * as z from 'zod';
import { refusalKinds } from '../channel/stage.ts';

/** What the function of the sockets saw, written down where a test can read it. */
const Sight = z.object({
  /** `opening <name>`, `late <name>`, `message <text>` or `end <connection>`. */
  id: z.string(),
  connection: z.string(),
  /** The header `x-tenant` of the request. */
  tenant: z.string().optional(),
  /** W3C trace context, and the correlation id. */
  traceparent: z.string(),
  correlationId: z.string(),
  /** Milliseconds that were left when the function was called; absent where the host sets no end. */
  leftMs: z.number().optional(),
});
export type Sight = z.infer<typeof Sight>;

const News = z.object({ text: z.string() });
const Said = z.object({ text: z.string(), how: z.enum(['note', 'answer', 'join', 'fail']).default('note') });
export type Said = z.infer<typeof Said>;

/** How a client wants to be treated. */
const Asked = z.object({
  name: z.string(),
  group: z.string().optional(),
  how: z.enum(['welcome', 'fault', 'late', ...refusalKinds]).default('welcome'),
});

export const sights = table('sights', { item: Sight, key: ['id'] });
/** Clients hear what the HTTP function says in their group, and may speak for themselves. */
export const live = channel('live', { message: News, incoming: Said, maxMessageBytes: kibibytes(1) });
/** What is said here is heard on `live`: one function pushes to the sockets of another. */
export const desk = channel('desk', { message: News, incoming: z.object({ group: z.string(), text: z.string() }) });

const operations = {
  publish: operation({
    method: 'POST',
    path: '/groups/{group}',
    summary: 'Says something to a group',
    params: z.object({ group: z.string() }),
    body: News,
    replies: { accepted: z.object({}) },
  }),
  send: operation({
    method: 'POST',
    path: '/connections/{connection}',
    summary: 'Says something to one client',
    params: z.object({ connection: z.string() }),
    body: News,
    replies: { ok: z.object({ kind: z.enum(['sent', 'gone']) }) },
  }),
  close: operation({
    method: 'DELETE',
    path: '/connections/{connection}',
    summary: 'Ends a connection',
    params: z.object({ connection: z.string() }),
    replies: { accepted: z.object({}) },
  }),
};

const sight = (id: string, connection: string, { deadline, clock, trace }: Context): Sight => ({
  id,
  connection,
  ...trace,
  ...(deadline.at === Infinity ? {} : { leftMs: deadline.at - clock.now() }),
});

/** Waits until there is no time left. */
const timeIsUp = ({ deadline: { signal } }: Context): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

/** The service that every host of sockets has to run in the same way. */
export const socketSubject = service(
  'sockets',
  { sights, live, desk },
  {
    api: http(
      '/sockets/v1',
      operations,
      { live: live.push, clients: live.manage },
      {
        async publish({ params, body }, ports) {
          await ports.live.publish(params.group, body);
          return accepted({});
        },
        send: async ({ params, body }, ports) => ok(await ports.live.send(params.connection, body)),
        async close({ params }, ports) {
          await ports.clients.close(params.connection);
          return accepted({});
        },
      },
    ),
    serve: socket(
      live,
      { path: '/sockets/v1/live', query: Asked },
      { sights: sights.write, live: live.push, clients: live.manage },
      {
        async connect({ connection, query, headers }, ports, context) {
          const tenant = headers['x-tenant'];
          const seen = sight(`opening ${query.name}`, connection, context);
          await ports.sights.put({ ...seen, ...(tenant === undefined ? {} : { tenant }) });
          if (query.how === 'late') {
            await timeIsUp(context);
            await ports.sights.put(sight(`late ${query.name}`, connection, context));
            return welcome();
          }
          if (query.how === 'fault') throw new TypeError('a fault of the function');
          if (query.how !== 'welcome') return problem(query.how, `told to refuse: ${query.how}`);
          return welcome(query.group === undefined ? [] : [query.group]);
        },
        async message({ connection, message: { text, how } }, ports, context) {
          if (how === 'fail') throw new Error('told to fail');
          if (how === 'join') await ports.clients.join(connection, text);
          if (how === 'answer') await ports.live.send(connection, { text });
          await ports.sights.put(sight(`message ${text}`, connection, context));
        },
        async disconnect({ connection }, ports, context) {
          await ports.sights.put(sight(`end ${connection}`, connection, context));
        },
      },
    ),
    relay: socket(
      desk,
      { path: '/sockets/v1/desk' },
      { live: live.push },
      {
        connect: async () => welcome(['everyone']),
        message: async ({ message: { group, text } }, ports) => ports.live.publish(group, { text }),
        async disconnect() {
          throw new Error('a fault of the function');
        },
      },
    ),
  },
);
