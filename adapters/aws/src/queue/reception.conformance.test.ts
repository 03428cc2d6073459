import { SQSClient } from '@aws-sdk/client-sqs';
import { hours, packCarried, queue, RetryLater, type Consumer } from '@portolan/kernel';
import { newWorld } from '@portolan/kernel/testing';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import { clientSettings } from '../clients/settings.ts';
import { clientConfig, engineEnvironment } from '../testing/aws-engine.ts';
import { scriptedService, type Answer, type Asked } from '../testing/scripted-service.ts';
import { SqsMessages } from './sqs-messages.ts';
import { waitsPort } from './waits.ts';

const port = queue('jobs', { message: z.object({ n: z.number() }) });
const now = 1_767_225_600_000;

function record(n: number, receipts = 1): SQSRecord {
  return {
    messageId: `m${n}`,
    receiptHandle: `r${n}`,
    body: packCarried({ id: `i${n}`, message: { n }, at: now, attempts: 0 }),
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: String(now),
      SenderId: 's',
      ApproximateFirstReceiveTimestamp: String(now),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn',
    awsRegion: 'eu-central-1',
  };
}

/** Gives records to a queue over an SQS that answers as the test says. */
async function received(
  fifo: boolean,
  records: readonly SQSRecord[],
  consumer: Consumer,
  answer: (asked: Asked) => Answer = () => ({ output: {} }),
): Promise<{ readonly failed: readonly string[]; readonly asked: readonly Asked[] }> {
  await using service = await scriptedService((asked) =>
    asked.operation === 'GetQueueUrl' ? { output: { QueueUrl: 'http://127.0.0.1/q' } } : answer(asked),
  );
  const client = new SQSClient({
    ...clientSettings({ AWS_RETRY_MODE: 'standard' }),
    ...clientConfig(service),
    maxAttempts: 1,
    md5: false,
    useQueueUrlAsEndpoint: false,
  });
  const names = { main: 'jobs', dead: 'jobs-dead', fifo };
  const environment = engineEnvironment({ now: () => now });
  const waits = fifo ? newWorld({ seed: 1 }).open(waitsPort(port)) : undefined;
  const messages = new SqsMessages(client, names, port, environment, waits);
  const options = { batchSize: 10, visibilityMs: 1_000, subscription: 'work', filter: {} };
  const { batchItemFailures }: SQSBatchResponse = await messages.receive({ Records: [...records] }, consumer, options);
  client.destroy();
  const asked = service.asked.filter(({ operation }) => operation !== 'GetQueueUrl');
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), asked };
}

const later: Consumer = (batch) => batch.map(() => Promise.reject(new RetryLater(hours(20))));

test('asks SQS for no longer a delay than it has, and sends the rest along', async () => {
  const { failed, asked } = await received(false, [record(1, 3)], later);
  expect(failed).toEqual([]);
  expect(asked).toEqual([
    {
      operation: 'SendMessage',
      input: expect.objectContaining({ DelaySeconds: 900, MessageBody: expect.any(String) }),
    },
  ]);
  expect(JSON.parse(asked[0]!.input['MessageBody'] as string)).toMatchObject({ a: 2, n: now + hours(20) });
});

test('keeps a message of a FIFO queue for no longer than SQS does, and has SQS not forget it', async () => {
  const { failed, asked } = await received(true, [record(1)], later);
  expect(failed).toEqual(['m1']);
  expect(asked).toEqual([
    {
      operation: 'ChangeMessageVisibility',
      input: expect.objectContaining({ ReceiptHandle: 'r1', VisibilityTimeout: 12 * 3_600 - 900 }),
    },
  ]);
});

test('leaves to SQS what it could neither send again nor bury', async () => {
  const failing: Consumer = (batch) => batch.map(async ({ message }) => {
    if ((message as { n: number }).n > 0) throw new Error('no');
  }); // prettier-ignore
  const refuse = (): Answer => ({ status: 403, type: 'AccessDeniedException' });
  const records = [record(0), record(1), record(2, 5), { ...record(3), body: 'foreign' }];
  const { failed } = await received(false, records, failing, refuse);
  expect(failed.toSorted()).toEqual(['m1', 'm2', 'm3']);
});

test('refuses what is no event of SQS', async () => {
  const environment = engineEnvironment({ now: () => now });
  const messages = new SqsMessages({} as never, { main: 'jobs', dead: 'd', fifo: false }, port, environment);
  await expect(messages.receive({} as never, later, { batchSize: 1 } as never)).rejects.toMatchObject({
    code: 'invalid',
    message: 'queue "jobs": expected an event of SQS, with Records',
  });
});
