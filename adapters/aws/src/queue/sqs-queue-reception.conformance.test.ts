import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Harness } from '@portolan/conformance';
import {
  hours,
  minutes,
  queue,
  RetryLater,
  seconds,
  type Consumer,
  type ContractOf,
  type Delivery,
} from '@portolan/kernel';
import * as z from 'zod';
import { clientConfig } from '../testing/aws-engine.ts';
import { dynalite } from '../testing/dynalite.ts';
import { fauxqs } from '../testing/fauxqs.ts';
import { messagingHarness, type Wiring } from '../testing/messaging-harness.ts';
import { fifoQueues, standardQueues } from '../testing/queue-wiring.ts';
import { eventOf } from '../testing/sqs-trigger.ts';
import { tableHarness } from '../testing/table-harness.ts';
import { carriedOverheadBytes } from '@portolan/kernel';
import { epitaphBytes } from './dead-queue.ts';
import { maxSqsBytes } from './message-text.ts';

const [engine, tableEngine] = await Promise.all([fauxqs(), dynalite()]);
const sqs = new SQSClient(clientConfig(engine));
afterAll(async () => {
  sqs.destroy();
  await engine[Symbol.asyncDispose]();
  await tableEngine[Symbol.asyncDispose]();
});

const message = z.object({ n: z.number(), text: z.string().optional() });
const retry = { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(2) };
const jobs = queue('jobs', { message, retry, visibilityMs: seconds(10) });
const ordered = queue('ordered', { message, retry, visibilityMs: seconds(10), ordered: true });

/** A harness whose queue's name is known. */
async function over(
  wiring: Wiring,
  run: (harness: Harness, queueUrl: (name: string) => Promise<string>) => Promise<void>,
) {
  let service = '';
  const told: Wiring = {
    ...wiring,
    create: (of, port) => {
      service = of.name;
      return wiring.create(of, port);
    },
  };
  await using harness = await messagingHarness(engine, told);
  await run(
    harness,
    async (name) => (await sqs.send(new GetQueueUrlCommand({ QueueName: `${service}-${name}` }))).QueueUrl!,
  );
}

const fifo = async () => fifoQueues(await tableHarness(tableEngine));
const seen = (deliveries: Delivery[], answer: (delivery: Delivery) => void = () => undefined): Consumer => (batch) =>
  batch.map(async (delivery) => {
    deliveries.push(delivery);
    answer(delivery);
  }); // prettier-ignore

test('buries what somebody else has sent, with the reason, and sends it back as it was', async () => {
  await over(standardQueues, async (harness, urlOf) => {
    const opened = (await harness.open(jobs)) as ContractOf<typeof jobs>;
    const bodies = ['plain text', '{"n":1}', '{"v":1}'];
    for (const MessageBody of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl: await urlOf('jobs'), MessageBody }));
    const deliveries: Delivery[] = [];
    await harness.consume(jobs, seen(deliveries));
    for (let round = 0; round < 2; round++) {
      await harness.settle();
      const { items } = await opened.deadLetters();
      expect(items.map((letter) => letter.message as unknown as string).toSorted()).toEqual(bodies.toSorted());
      expect(new Set(items.map(({ reason }) => reason))).toEqual(
        new Set(['was sent by somebody else: it has no envelope']),
      );
      expect(await opened.redrive()).toBe(3);
    }
    expect(deliveries).toEqual([]);
  });
});

test('shows what SQS has moved by itself as what gave no answer', async () => {
  await over(standardQueues, async (harness, urlOf) => {
    const opened = await harness.open(jobs);
    await opened.send({ n: 1 });
    // A function that crashes each time: received, and never answered.
    const QueueUrl = await urlOf('jobs');
    for (let receipts = 0; receipts < 6; receipts++) {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      await engine.pass(seconds(11));
    }
    const [letter, ...others] = (await opened.deadLetters()).items;
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ message: { n: 1 }, attempts: 5, reason: 'gave no answer 5 times' });
    expect(await opened.redrive()).toBe(1);
    const deliveries: Delivery[] = [];
    await harness.consume(jobs, seen(deliveries));
    await harness.settle();
    expect(deliveries).toEqual([expect.objectContaining({ id: letter!.id, attempt: 1, message: { n: 1 } })]);
  });
});

test('makes several waits of one that is longer than SQS can hold', async () => {
  await over(standardQueues, async (harness) => {
    const opened = await harness.open(jobs);
    await opened.send({ n: 1 });
    const deliveries: Delivery[] = [];
    const later = seen(deliveries, () => {
      if (deliveries.length === 1) throw new RetryLater(hours(1));
    });
    await harness.consume(jobs, later);
    await harness.settle();
    await harness.pass(minutes(59));
    expect(deliveries).toHaveLength(1);
    // The last of the waits may begin late by what a poll takes.
    await harness.pass(minutes(16));
    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });
});

test('keeps a message of a FIFO queue for longer than SQS keeps any', async () => {
  await over(await fifo(), async (harness) => {
    const opened = await harness.open(ordered);
    await opened.send({ n: 1 });
    const deliveries: Delivery[] = [];
    const later = seen(deliveries, () => {
      if (deliveries.length === 1) throw new RetryLater(hours(20));
    });
    await harness.consume(ordered, later);
    await harness.settle();
    for (let passed = 0; passed < 19; passed++) await harness.pass(hours(1));
    expect(deliveries).toHaveLength(1);
    for (let passed = 0; passed < 6; passed++) await harness.pass(hours(1));
    expect(deliveries.map(({ attempt }) => attempt)).toEqual([1, 1]);
  });
});

test('reports what stands behind a failed message of its group, and counts no attempt for it', async () => {
  await over(await fifo(), async (harness, urlOf) => {
    const opened = await harness.open(ordered);
    // SQS may give several messages of a group at once, which this engine does not: an event as Lambda would make it.
    const records = [];
    const QueueUrl = await urlOf('ordered.fifo');
    for (const n of [0, 1, 2]) await opened.send({ n }, { orderingKey: `k${n}` });
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
    );
    records.push(...eventOf(Messages).Records);
    expect(records).toHaveLength(3);
    for (const record of records) record.attributes.MessageGroupId = 'one group';
    const deliveries: Delivery[] = [];
    const receiver = opened as unknown as {
      receive(event: object, consumer: Consumer, options: object): Promise<object>;
    };
    const failing = seen(deliveries, () => {
      throw new Error('not today');
    });
    const answer = await receiver.receive({ Records: records }, failing, { batchSize: 10 });
    expect(deliveries.map(({ message: of }) => (of as { n: number }).n)).toEqual([0]);
    expect(answer).toEqual({ batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) });
    // They are given back: the two behind at once, with no attempt counted, the failed one after its backoff.
    const again: Delivery[] = [];
    await harness.consume(ordered, seen(again), { batchSize: 10 });
    await harness.pass(seconds(3));
    const attempts = again.map(({ message: of, attempt }) => [(of as { n: number }).n, attempt]);
    expect(attempts.toSorted()).toEqual([[0, 2], [1, 1], [2, 1]]); // prettier-ignore
  });
});

test('gives up a message of a FIFO queue that never gets an answer', async () => {
  await over(await fifo(), async (harness, urlOf) => {
    const opened = await harness.open(ordered);
    await opened.send({ n: 1 });
    const QueueUrl = await urlOf('ordered.fifo');
    for (let receipts = 0; receipts < 5; receipts++) {
      await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      await engine.pass(seconds(11));
    }
    const deliveries: Delivery[] = [];
    await harness.consume(ordered, seen(deliveries));
    await harness.settle();
    expect(deliveries).toEqual([]);
    expect((await opened.deadLetters()).items).toEqual([
      expect.objectContaining({ message: { n: 1 }, attempts: 5, reason: 'gave no answer 5 times' }),
    ]);
  });
});

test('splits batches by the bytes that SQS takes at once, and carries the largest message', async () => {
  const maxMessageBytes = maxSqsBytes - carriedOverheadBytes - epitaphBytes;
  const large = queue('large', { message, maxMessageBytes });
  await over(standardQueues, async (harness) => {
    const opened = await harness.open(large);
    const room = maxMessageBytes - JSON.stringify({ n: 1, text: '' }).length;
    const results = await opened.sendBatch([1, 2, 3, 4].map((n) => ({ message: { n, text: 'x'.repeat(n === 4 ? room : 400_000) } }))); // prettier-ignore
    expect(results.map(({ kind }) => kind)).toEqual(Array(4).fill('sent'));
    await expect(opened.send({ n: 1, text: 'x'.repeat(room + 1) })).rejects.toMatchObject({ code: 'too-large' });
    const deliveries: Delivery[] = [];
    const dying = seen(deliveries, () => {
      throw Object.assign(new Error('é'.repeat(1_000)), { name: 'Error' });
    });
    await harness.consume(large, dying, { batchSize: 10 });
    await harness.settle();
    expect(deliveries).toHaveLength(4);
    expect(new Set(deliveries.map(({ message: of }) => (of as { text: string }).text.length))).toEqual(
      new Set([400_000, room]),
    );
  });
});
