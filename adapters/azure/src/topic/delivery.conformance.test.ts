import { days, hours, kibibytes, minutes, topic, type Delivery, type PortError } from '@portolan/kernel';
import { eventGridClients } from '../clients/event-grid-clients.ts';
import { anything } from '../testing/anything.ts';
import { topicKey } from '../testing/event-grid-double.ts';
import { EventGridHost } from '../testing/event-grid-host.ts';
import { startStorage } from '../testing/storage-engine.ts';
import { TopicHarness } from '../testing/topic-harness.ts';
import type { Delivery as Way } from './resources.ts';
import { maxInlineBytes } from './event-grid-topic.ts';
import { parkedMs } from './parked.ts';

const engine = await startStorage();
afterAll(() => engine[Symbol.asyncDispose]());

interface News {
  readonly n: number;
  readonly kind?: string;
  readonly body?: string;
}
const news = topic('news', { event: anything<News>(), filterable: ['kind'], maxEventBytes: kibibytes(400) });
const ways: readonly Way[] = ['queue', 'direct'];

const webhook = {
  eventDeliverySchema: 'CloudEventSchemaV1_0',
  filter: { advancedFilters: [] },
  retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1_440 },
} as const;

/** Subscribes, and keeps what comes. */
async function keeping(
  harness: TopicHarness,
  answer: (delivery: Delivery) => void = () => undefined,
  kinds?: string[],
) {
  const received: Delivery<News>[] = [];
  const options = kinds === undefined ? {} : { filter: { kind: kinds } };
  const consumption = await harness.consume(
    news,
    (batch) =>
      batch.map(async (delivery) => {
        received.push(delivery as Delivery<News>);
        answer(delivery);
      }),
    options,
  );
  return { received, ...consumption };
}

test.each(ways)('carries an event of 400 KiB, filtered and tried again (%s)', async (way) => {
  await using harness = new TopicHarness(engine, way);
  const open = await harness.open(news);
  const failOnce = ({ attempt }: Delivery): void => {
    if (attempt === 1) throw new Error('once more');
  };
  const { received } = await keeping(harness, failOnce, ['big']);
  const body = '中'.repeat(136_000);
  await open.publish({ n: 1, kind: 'big', body });
  await open.publish({ n: 2, kind: 'other', body });
  await harness.pass(3_000);
  expect(received.map(({ message, attempt }) => [message.n, attempt, message.body === body])).toEqual([
    [1, 1, true],
    [1, 2, true],
  ]);
});

test.each(ways)('carries the largest event that travels by itself, and one more byte (%s)', async (way) => {
  await using harness = new TopicHarness(engine, way);
  const open = await harness.open(news);
  const { received } = await keeping(harness, ({ attempt }) => {
    if (attempt === 1) throw new Error('\u0001'.repeat(500));
  });
  const room = maxInlineBytes - JSON.stringify({ n: 1, body: '' }).length;
  const trace = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    correlationId: 'c'.repeat(256),
  };
  for (const n of [0, 1]) await open.publish({ n, body: 'x'.repeat(room + n) }, { trace });
  await harness.pass(3_000);
  expect(received.map(({ message }) => message.n).toSorted()).toEqual([0, 0, 1, 1]);
});

test('gives a parked event up that is gone by the time it is handled', async () => {
  await using harness = new TopicHarness(engine, 'queue');
  const open = await harness.open(news);
  const { received, stop } = await keeping(harness);
  await stop();
  await open.publish({ n: 1, body: 'x'.repeat(maxInlineBytes) });
  await engine.pass(parkedMs + days(1));
  const after = await keeping(harness);
  await harness.pass(2_000);
  expect([...received, ...after.received]).toEqual([]);
});

test('looks at a filter again that Event Grid takes without regard to case, or has no room for', async () => {
  await using harness = new TopicHarness(engine, 'queue');
  const open = await harness.open(news);
  const kinds = ['made', ...Array.from({ length: 30 }, (_, n) => `kind ${n}`)];
  const one = await keeping(harness, undefined, ['made']);
  for (const [n, kind] of ['Made', 'made', 'kind 7', 'none'].entries()) await open.publish({ n, kind });
  await harness.settle();
  expect(one.received.map(({ message }) => message.n)).toEqual([1]);
  await using other = new TopicHarness(engine, 'queue');
  const many = await keeping(other, undefined, kinds);
  for (const [n, kind] of ['Made', 'made', 'kind 7', 'none'].entries())
    await (await other.open(news)).publish({ n, kind });
  await other.settle();
  expect(many.received.map(({ message }) => message.n).toSorted()).toEqual([1, 2]);
});

test('is called again by Event Grid while its app is stopped, and goes to the dead letters after a day', async () => {
  await using harness = new TopicHarness(engine, 'direct');
  const open = await harness.open(news);
  const calls: unknown[] = [];
  const host = new EventGridHost(async ({ data }) => void calls.push(data));
  const endpointUrl = await host.listen();
  await harness.subscribe(news, 'mine', { ...webhook, destination: { endpointType: 'WebHook', endpointUrl } });
  await host.stop();
  await open.publish({ n: 1 });
  await harness.pass(minutes(1));
  host.resume();
  await harness.pass(minutes(10));
  expect(calls).toEqual([{ n: 1 }]);
  await host.stop();
  await open.publish({ n: 2 });
  await harness.pass(hours(25));
  const letters = async (): Promise<unknown[]> =>
    (await (await fetch(`${harness.topicUrl(news)}/subscriptions/mine/dead-letters`)).json()) as unknown[];
  // The last call takes its real time to fail, on a machine that may be busy.
  for (let more = 0; more < 24 && (await letters()).length === 0; more++) await harness.pass(minutes(5));
  host.close();
  expect(await letters()).toMatchObject([{ data: { n: 2 }, deadletterreason: 'TimeToLiveExceeded' }]);
});

test('answers the validation of both schemas, and is not subscribed where it does not', async () => {
  await using harness = new TopicHarness(engine, 'direct');
  const host = new EventGridHost(async () => undefined);
  const endpointUrl = await host.listen();
  const subscription = { ...webhook, destination: { endpointType: 'WebHook', endpointUrl } as const };
  for (const eventDeliverySchema of ['CloudEventSchemaV1_0', 'EventGridSchema'] as const) {
    await harness.subscribe(news, 'fine', { ...subscription, eventDeliverySchema });
    // The double's own port answers neither question.
    const destination = { endpointType: 'WebHook', endpointUrl: harness.topicUrl(news) } as const;
    const refused = harness.subscribe(news, 'refused', { ...subscription, destination, eventDeliverySchema });
    await expect(refused).rejects.toThrow('400');
  }
  host.close();
});

test('tells errors of publishing by their codes', async () => {
  await using harness = new TopicHarness(engine, 'queue');
  const codeOf = (error: unknown): string => (error as PortError).code;
  const publisher = async (endpoint: string, key: string): Promise<string> => {
    const clients = eventGridClients({ t__topicEndpointUri: endpoint, t__topicKey: key });
    const open = await harness.openWith(news, clients, 't');
    return open.publish({ n: 1 }).then(() => 'published', codeOf);
  };
  const endpoint = `${harness.topicUrl(news)}/api/events`;
  await harness.open(news);
  expect(await publisher(endpoint, topicKey)).toBe('published');
  expect(await publisher(endpoint, 'another key')).toBe('unauthorized');
  expect(await publisher(`${harness.topicUrl(news)}/nowhere`, topicKey)).toBe('not-found');
  expect(await eventGridClients({}).client('t').catch(codeOf)).toBe('invalid');
});
