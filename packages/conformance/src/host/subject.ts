import {
  cron,
  empty,
  every,
  http,
  minutes,
  objects,
  ok,
  accepted,
  created,
  on,
  onBatch,
  operation,
  PoisonMessage,
  PortError,
  problem,
  queue,
  RetryLater,
  seconds,
  service,
  table,
  timer,
  topic,
  type Context,
  type ContractOf,
  type Delivery,
  type ObjectCreated,
} from '@portolan/kernel';
import * as z from 'zod';

/** What a function saw, written down where a test can read it. */
const Note = z.object({
  id: z.string(),
  text: z.string(),
  attempt: z.number().optional(),
  at: z.number().optional(),
  correlationId: z.string().optional(),
  /** Milliseconds that were left when the function was called; absent where the host sets no end. */
  leftMs: z.number().optional(),
  /** Of a created object. */
  tag: z.string().optional(),
  sizeBytes: z.number().optional(),
  /** How often the function was called for it. */
  calls: z.number().optional(),
});
export type Note = z.infer<typeof Note>;

/** What a function is to do with a message. */
const Errand = z.object({
  id: z.string().max(64),
  how: z.enum(['note', 'fail', 'fail-once', 'poison', 'later', 'hang']),
});
export type Errand = z.infer<typeof Errand>;

const retry = { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) } as const;
export const visibilityMs = seconds(20);

export const notes = table('notes', { item: Note, key: ['id'] });
export const jobs = queue('jobs', { message: Errand, retry, visibilityMs });
export const lots = queue('lots', { message: Errand, retry, visibilityMs });
export const news = topic('news', {
  event: z.object({ id: z.string(), type: z.string(), body: z.string() }),
  filterable: ['type'],
});
export const alarms = timer('alarms', { payload: Errand, retry, visibilityMs });
export const files = objects('files', { retry, visibilityMs });

const api = {
  echo: operation({
    method: 'POST',
    path: '/echo',
    summary: 'Gives back what it was given',
    body: z.object({ text: z.string(), count: z.number().int().min(0).optional() }),
    replies: { ok: z.object({ text: z.string(), count: z.number().optional() }) },
    maxBodyBytes: 2_000,
  }),
  getNote: operation({
    method: 'GET',
    path: '/notes/{id}',
    summary: 'One note',
    params: z.object({ id: z.string() }),
    query: z.object({ upper: z.enum(['yes', 'no']).optional() }),
    replies: { ok: Note },
    problems: ['not-found'],
  }),
  putNote: operation({
    method: 'PUT',
    path: '/notes/{id}',
    summary: 'Writes a note',
    params: z.object({ id: z.string() }),
    body: z.object({ text: z.string() }),
    replies: { created: Note },
  }),
  deleteNote: operation({
    method: 'DELETE',
    path: '/notes/{id}',
    summary: 'Removes a note',
    params: z.object({ id: z.string() }),
    replies: { empty: z.undefined() },
  }),
  send: operation({
    method: 'POST',
    path: '/send/{port}',
    summary: 'Sends an errand through a port',
    params: z.object({ port: z.enum(['jobs', 'lots', 'news', 'alarms']) }),
    body: Errand,
    replies: { accepted: z.object({ correlationId: z.string() }) },
  }),
  break: operation({
    method: 'POST',
    path: '/break/{how}',
    summary: 'Fails',
    params: z.object({ how: z.enum(['fault', 'throttled', 'hang']) }),
    replies: { empty: z.undefined() },
  }),
};

/** Writes down what a delivery looked like, or fails as it was told. */
async function run(
  { message, attempt, at }: Delivery<Errand>,
  write: (note: Note) => Promise<unknown>,
  context: Context,
): Promise<void> {
  const { id, how } = message;
  if (how === 'fail' || (how === 'fail-once' && attempt === 1)) throw new Error(`told to fail, attempt ${attempt}`);
  if (how === 'poison') throw new PoisonMessage('told to be poison');
  if (how === 'later' && context.clock.now() - at < 30_000) throw new RetryLater(30_000, 'not yet');
  if (how === 'hang' && attempt === 1) return hang();
  await write(noteOf(id, how, { attempt, at }, context));
}

function noteOf(id: string, text: string, seen: Partial<Note>, { deadline, clock, trace }: Context): Note {
  const leftMs = deadline.at === Infinity ? {} : { leftMs: deadline.at - clock.now() };
  return { id, text, ...seen, correlationId: trace.correlationId, ...leftMs };
}

/** Writes every call down, and then does as the object's key says: `in/fail-once/a`. */
async function store(
  { message: { key, tag, sizeBytes }, ...delivery }: Delivery<ObjectCreated>,
  { notes: book }: { readonly notes: Pick<ContractOf<typeof notes>, 'update'> },
  context: Context,
): Promise<void> {
  const { how } = Errand.parse({ id: '', how: key.split('/')[1] });
  const { attempt, at } = delivery;
  await book.update({ id: key }, (before) => {
    const calls = (before?.item.calls ?? 0) + 1;
    return { write: noteOf(key, how, { attempt, at, tag, sizeBytes, calls }, context), result: undefined };
  });
  await run({ ...delivery, message: { id: key, how } }, async () => undefined, context);
}

/** Gives no answer, ever: what the host does about it is what is tested. */
const hang = (): Promise<never> => new Promise(() => {});

const writes = { notes: notes.write };

/** The service that every host has to run in the same way: a function for each kind of trigger. */
export const subject = service(
  'host',
  { notes, jobs, lots, news, alarms, files },
  {
    api: http(
      '/host/v1',
      api,
      { notes: notes.readWrite, jobs: jobs.send, lots: lots.send, news: news.publish, alarms: alarms.set },
      {
        echo: async ({ body }) => ok(body),
        async getNote({ params, query }, ports) {
          const stored = await ports.notes.get({ id: params.id });
          if (stored === undefined) return problem('not-found', `There is no note "${params.id}".`);
          const { text } = stored.item;
          return ok({ ...stored.item, text: query.upper === 'yes' ? text.toUpperCase() : text });
        },
        async putNote({ params, body }, ports) {
          const note = { id: params.id, text: body.text };
          await ports.notes.put(note);
          return created(note, `/notes/${encodeURIComponent(params.id)}`);
        },
        async deleteNote({ params }, ports) {
          await ports.notes.delete({ id: params.id });
          return empty();
        },
        async send({ params, body }, ports, { clock, trace }) {
          const { id } = body;
          if (params.port === 'news') await ports.news.publish({ id, type: body.how, body: id });
          else if (params.port === 'alarms') await ports.alarms.set(id, clock.now() + minutes(2), body);
          else await ports[params.port].send(body);
          return accepted({ correlationId: trace.correlationId });
        },
        async break({ params }) {
          if (params.how === 'hang') return hang();
          if (params.how === 'throttled') throw new PortError('throttled', 'the engine asks for a slower pace');
          throw new TypeError('a secret that callers must not read');
        },
      },
    ),
    work: on(jobs, writes, (delivery, ports, context) => run(delivery, (note) => ports.notes.put(note), context)),
    batch: onBatch(lots, { size: 10 }, writes, async (batch, ports, context) => {
      const outcomes = await Promise.allSettled(
        batch.map((delivery) => run(delivery, (note) => ports.notes.put(note), context)),
      );
      const failed = outcomes.flatMap((outcome, index) =>
        outcome.status === 'rejected' ? [{ index, reason: String(outcome.reason) }] : [],
      );
      return { failed };
    }),
    listen: on(
      news,
      writes,
      async ({ message, attempt, at }, ports, context) => {
        await ports.notes.put(noteOf(message.id, message.body, { attempt, at }, context));
      },
      { filter: { type: ['note'] } },
    ),
    stored: on(files, writes, store, { filter: { prefix: ['in/'] } }),
    ring: on(alarms, writes, (delivery, ports, context) => run(delivery, (note) => ports.notes.put(note), context)),
    sweep: every(minutes(1), writes, async ({ at }, ports, context) => {
      await ports.notes.put(noteOf('swept', 'every', { at }, context));
    }),
    nightly: cron('30 3 * * *', 'Europe/Paris', writes, async ({ at }, ports, context) => {
      await ports.notes.put(noteOf('nightly', 'cron', { at }, context));
    }),
  },
);
