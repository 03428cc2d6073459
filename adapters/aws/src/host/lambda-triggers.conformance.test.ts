import { channel, objects, on, problem, service, socket, table, welcome } from '@portolan/kernel';
import * as z from 'zod';
import { startEngines } from '../testing/engines.ts';
import { LambdaHost } from '../testing/lambda-host.ts';

const engines = await startEngines();
afterAll(() => engines[Symbol.asyncDispose]());

const News = z.object({ text: z.string() });
const uploads = objects('uploads');
const live = channel('live', { message: News, incoming: News });
const visits = table('visits', { item: z.object({ id: z.string(), state: z.string() }), key: ['id'] });

/** Pictures that are uploaded are told to whoever looks at their folder. */
const gallery = service(
  'gallery',
  { uploads, live, visits },
  {
    serve: socket(
      live,
      { path: '/live', query: z.object({ folder: z.string() }) },
      { visits: visits.write, live: live.push, groups: live.manage },
      {
        async connect({ connection, query, headers }, ports) {
          if (headers['x-token'] !== 'good') return problem('unauthorized', 'no token');
          await ports.visits.put({ id: connection, state: 'open' });
          return welcome([query.folder]);
        },
        async message({ connection, message }, ports) {
          if (message.text === 'leave') return ports.groups.close(connection);
          await ports.live.send(connection, { text: `you said ${message.text}` });
        },
        async disconnect({ connection }, ports) {
          await ports.visits.put({ id: connection, state: 'ended' });
        },
      },
    ),
    tell: on(
      uploads,
      { uploads: uploads.read, live: live.push },
      async ({ message: { key, sizeBytes }, attempt }, ports) => {
        if (key.endsWith('shy') && attempt === 1) throw new Error('not at once');
        const type = (await ports.uploads.head(key))?.contentType;
        await ports.live.publish(key.split('/')[0]!, { text: `${key}: ${sizeBytes} bytes of ${type}` });
      },
      { filter: { prefix: ['cats/', 'dogs/'] } },
    ),
  },
);

test('tells sockets what was uploaded: from S3 through EventBridge and SQS to one function, through another to clients', async () => {
  await using host = new LambdaHost(engines);
  const running = await host.start(gallery);
  const place = await running.open(uploads);
  const rows = await running.open(visits);
  const dial = async (folder: string, token = 'good') =>
    running.dial(live, { query: { folder }, headers: { 'X-Token': token } });

  expect(await dial('cats', 'bad')).toEqual({ kind: 'refused', status: 401 });
  expect(await running.dial(live, {})).toEqual({ kind: 'refused', status: 400 });
  const [cats, dogs] = [await dial('cats'), await dial('dogs')];
  if (cats.kind === 'refused' || dogs.kind === 'refused') throw new Error('refused');
  const texts = ({ received }: { readonly received: readonly string[] }) =>
    received.map((frame) => (JSON.parse(frame) as { text: string }).text);

  await place.put('cats/tom & é', Buffer.from('miau'), { contentType: 'text/plain' });
  const { url, headers } = await place.writeUrl('dogs/shy', { expiresInMs: 60_000 });
  expect((await fetch(url, { method: 'PUT', headers, body: Buffer.from('wuff!') })).status).toBe(200);
  await place.put('mice/jerry', Buffer.from('pieps'));
  await eventually(host, () => expect(texts(cats.client)).toEqual(['cats/tom & é: 4 bytes of text/plain']));
  await host.pass(10_000);
  const told = ['dogs/shy: 5 bytes of application/octet-stream'];
  await eventually(host, () => expect(texts(dogs.client)).toEqual(told));

  await cats.client.send('{"text":"hello"}');
  await eventually(host, () => expect(texts(cats.client).at(-1)).toBe('you said hello'));
  await cats.client.send('{"text":"leave"}');
  await eventually(host, () => expect([cats.client.ended, dogs.client.ended]).toEqual([1_000, undefined]));
  const { connection } = cats as typeof cats & { readonly connection: string };
  await eventually(host, async () => expect((await rows.get({ id: connection }))?.item.state).toBe('ended'));
});

/** Lets what is under way finish until a check holds; then throws what it last threw. */
async function eventually(host: LambdaHost, check: () => void | Promise<void>): Promise<void> {
  for (let round = 1; ; round++) {
    await host.settle();
    try {
      return await check();
    } catch (error) {
      if (round === 200) throw error;
    }
  }
}
