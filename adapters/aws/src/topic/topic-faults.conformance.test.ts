import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SNSClient } from '@aws-sdk/client-sns';
import { checkBindings } from '@portolan/composition';
import { service, topic, type Topic } from '@portolan/kernel';
import * as z from 'zod';
import { clientSettings } from '../clients/settings.ts';
import { clientConfig, engineEnvironment } from '../testing/aws-engine.ts';
import { scriptedService, type Answer, type ScriptedService } from '../testing/scripted-service.ts';
import { eventBridgeTopic, readEvent } from './event-bridge-topic.ts';
import { snsTopic } from './sns-topic.ts';

const news = topic('news', { event: z.object({ n: z.number() }) });
const environment = engineEnvironment({ now: () => 1_000 });
const opening = { service: 's', port: news, environment, parts: {} };

/** EventBridge that answers each entry as the test says. */
async function over(
  answer: (index: number) => Answer,
  run: (topic: Topic, service: ScriptedService) => Promise<void>,
): Promise<void> {
  await using service = await scriptedService((_asked, index) => answer(index));
  const client = new EventBridgeClient({ ...clientSettings({}), ...clientConfig(service) });
  await run((await eventBridgeTopic().open(opening, ...([client, undefined] as never[]))) as Topic, service);
  client.destroy();
}

const refused = (ErrorCode: string): Answer => ({
  output: { FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'no' }] },
});
const taken: Answer = { output: { FailedEntryCount: 0, Entries: [{ EventId: 'e' }] } };

test('hands an event over again that EventBridge failed to take', async () => {
  await over(
    (index) => (index < 2 ? refused('InternalFailure') : taken),
    async (opened, { asked }) => {
      await opened.publish({ n: 1 });
      expect(asked).toHaveLength(3);
      const [entry] = asked[0]!.input['Entries'] as [Record<string, string>];
      expect(entry).toMatchObject({ Source: 's-news', DetailType: 'news', EventBusName: 'default' });
      expect(JSON.parse(entry['Detail']!)).toMatchObject({ v: 1, t: 1_000, m: { n: 1 } });
    },
  );
});

test.each([
  ['throttled', 'ThrottlingException', 4],
  ['unauthorized', 'AccessDeniedException', 1],
  ['invalid', 'ValidationError', 1],
] as const)('tells "%s" where EventBridge answers %s for the entry', async (code, vendor, times) => {
  await over(
    () => refused(vendor),
    async (opened, { asked }) => {
      await expect(opened.publish({ n: 1 })).rejects.toMatchObject({ name: 'PortError', code });
      expect(asked).toHaveLength(times);
    },
  );
});

test('reads what a rule delivers, and what was sent again, and nothing else', () => {
  const text = '{"v":1,"i":"a","t":5,"m":{"n":1}}';
  const carried = { id: 'a', at: 5, attempts: 0, message: { n: 1 } };
  expect(readEvent(text)).toEqual(carried);
  expect(readEvent(`{"version":"0","detail-type":"news","detail":${text}}`)).toEqual(carried);
  for (const foreign of ['{"detail":{"n":1}}', '{"detail":null}', '[]', 'null', '1', '{', '{}'])
    expect(readEvent(foreign)).toBeUndefined();
});

test.each([
  ['eventBridgeTopic', eventBridgeTopic()],
  ['snsTopic', snsTopic()],
] as const)('refuses a topic of events larger than %s carries where it is composed', (name, adapter) => {
  const { max } = adapter.limits['maxEventBytes']!;
  const of = (maxEventBytes: number) => () => {
    const port = topic('news', { event: z.object({}), maxEventBytes });
    return checkBindings(service('s', { news: port }, {} as never), { news: adapter }, 'aws');
  };
  expect(of(max)).not.toThrow();
  expect(of(max + 1)).toThrow(`asks for maxEventBytes of ${max + 1} bytes, but ${name} allows ${max} bytes`);
});

test('finds a topic of SNS by the region and the account, and says what is missing', async () => {
  const asked: string[] = [];
  const client = (accountId?: string, region = 'cn-north-1') => {
    const made = new SNSClient({
      ...clientConfig({ port: 1 }),
      region,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b', ...(accountId === undefined ? {} : { accountId }) },
    });
    made.middlewareStack.add(() => async ({ input }) => {
      asked.push((input as { TopicArn: string }).TopicArn);
      return { output: { $metadata: {} }, response: undefined } as never;
    }, { step: 'initialize' }); // prettier-ignore
    return made;
  };
  const publish = async (sns: SNSClient, options = {}) =>
    ((await snsTopic(options).open(opening, ...([sns, undefined] as never[]))) as Topic).publish({ n: 1 });
  await publish(client('123456789012'));
  await publish(client('123456789012', 'us-gov-west-1'));
  await publish(client(undefined), { topicArn: 'arn:given' });
  expect(asked).toEqual(['arn:aws-cn:sns:cn-north-1:123456789012:s-news', 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:s-news', 'arn:given']); // prettier-ignore
  await expect(publish(client())).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('AWS_ACCOUNT_ID') }); // prettier-ignore
});
