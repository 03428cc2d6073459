import { SQSClient } from '@aws-sdk/client-sqs';
import { seededRandom } from '@portolan/kernel/testing';
import { clientSettings } from '../clients/settings.ts';
import { clientConfig } from '../testing/aws-engine.ts';
import { scriptedService, type Answer, type Asked, type ScriptedService } from '../testing/scripted-service.ts';
import { QueueUrls } from './queue-urls.ts';
import { Sending } from './sending.ts';

type Entry = { readonly Id: string; readonly MessageBody: string };
type Fail = (entry: Entry, call: number) => { readonly Code: string; readonly SenderFault: boolean } | undefined;

/** SQS that takes batches, but the entries that the test says. */
async function over(fail: Fail, run: (sending: Sending, service: ScriptedService) => Promise<void>): Promise<void> {
  let calls = 0;
  const answer = ({ operation, input }: Asked): Answer => {
    if (operation === 'GetQueueUrl')
      return { output: { QueueUrl: `http://127.0.0.1/queue/${String(input['QueueName'])}` } };
    calls++;
    const entries = input['Entries'] as readonly Entry[];
    const failed = entries.flatMap((entry) => {
      const failure = fail(entry, calls);
      return failure === undefined ? [] : [{ Id: entry.Id, ...failure, Message: 'no' }];
    });
    const refused = new Set(failed.map(({ Id }) => Id));
    const taken = entries.filter(({ Id }) => !refused.has(Id));
    return { output: { Successful: taken.map(({ Id }) => ({ Id, MessageId: `m${Id}` })), Failed: failed } };
  };
  await using service = await scriptedService(answer);
  const client = new SQSClient({
    ...clientSettings({}),
    ...clientConfig(service),
    md5: false,
    useQueueUrlAsEndpoint: false,
  });
  await run(new Sending(client, new QueueUrls(client), seededRandom(1)), service);
  client.destroy();
}

const bodies = (count: number) => Array.from({ length: count }, (_, n) => ({ body: `b${n}` }));
const batchSizes = ({ asked }: ScriptedService): number[] =>
  asked
    .filter(({ operation }) => operation === 'SendMessageBatch')
    .map(({ input }) => (input['Entries'] as Entry[]).length);

test('sends ten at a time, asks once where the queue is, and answers in order', async () => {
  await over(
    ({ MessageBody }) => (MessageBody === 'b13' ? { Code: 'InvalidMessageContents', SenderFault: true } : undefined),
    async (sending, service) => {
      const results = await sending.many('q', bodies(25), true);
      expect(batchSizes(service)).toEqual([10, 10, 5]);
      expect(service.asked.filter(({ operation }) => operation === 'GetQueueUrl')).toHaveLength(1);
      const failed = results.flatMap((result, index) => (result.kind === 'failed' ? [[index, result.error]] : []));
      expect(failed).toEqual([[13, expect.objectContaining({ code: 'invalid' })]]);
    },
  );
});

test('tries again what SQS itself failed to take, and only that', async () => {
  await over(
    ({ MessageBody }, call) =>
      MessageBody === 'b2' && call < 3 ? { Code: 'InternalError', SenderFault: false } : undefined,
    async (sending, service) => {
      const results = await sending.many('q', bodies(5), false);
      expect(results).toEqual(Array(5).fill({ kind: 'sent' }));
      expect(batchSizes(service)).toEqual([5, 1, 1]);
    },
  );
});

test('gives up what SQS fails to take for good, and tells why', async () => {
  await over(
    ({ MessageBody }) => (MessageBody === 'b1' ? { Code: 'InternalError', SenderFault: false } : undefined),
    async (sending) => {
      const results = await sending.many('q', bodies(2), false);
      expect(results).toEqual([
        { kind: 'sent' },
        { kind: 'failed', error: expect.objectContaining({ code: 'unavailable' }) },
      ]);
    },
  );
});

test('sends nothing of an ordered batch twice, lest it overtakes', async () => {
  await over(
    ({ MessageBody }) => (MessageBody === 'b0' ? { Code: 'InternalError', SenderFault: false } : undefined),
    async (sending, service) => {
      const results = await sending.many('q', bodies(3), true);
      expect(results.map(({ kind }) => kind)).toEqual(['failed', 'sent', 'sent']);
      expect(batchSizes(service)).toEqual([3]);
    },
  );
});

test('keeps each batch within the bytes that SQS takes', async () => {
  await over(
    () => undefined,
    async (sending, service) => {
      const sizes = [500_000, 500_000, 48_576, 1, 1_048_576, 1];
      const results = await sending.many('q', sizes.map((size) => ({ body: 'x'.repeat(size) })), true); // prettier-ignore
      expect(results).toEqual(Array(6).fill({ kind: 'sent' }));
      expect(batchSizes(service)).toEqual([3, 1, 1, 1]);
      await expect(sending.one('q', { body: 'x'.repeat(1_048_577) })).rejects.toMatchObject({ code: 'too-large' });
    },
  );
});
