import { compose } from '@portolan/composition';
import { objects, service, topic, type Objects, type Receiver, type Topic } from '@portolan/kernel';
import { ContainerModule } from 'inversify';
import * as z from 'zod';
import { s3Objects } from '../objects/s3-objects.ts';
import { engineEnvironment } from '../testing/aws-engine.ts';
import { eventBridgeTopic } from '../topic/event-bridge-topic.ts';
import { snsTopic } from '../topic/sns-topic.ts';
import { sqsToken } from './sqs.ts';

const files = objects('files');
const news = topic('news', { event: z.object({ large: z.string() }) });
const others = topic('others', { event: z.object({ large: z.string() }) });

test('is built for who receives from a queue, not for who reads a bucket or publishes', async () => {
  let built = 0;
  const counted = new ContainerModule(({ rebind }) => {
    rebind(sqsToken).toDynamicValue(() => {
      built++;
      return { send: () => Promise.reject(new Error('nothing is sent here')) } as never;
    });
  });
  const bindings = { files: s3Objects({ bucket: 'b' }), news: eventBridgeTopic(), others: snsTopic() };
  const environment = engineEnvironment({ now: () => 0 });
  const composition = compose(service('s', { files, news, others }, {}), 'aws', bindings, { environment, modules: [counted] }); // prettier-ignore
  const contracts = await composition.contracts(['files', 'news', 'others']);
  await expect((contracts['files'] as Objects).readUrl('a', { expiresInMs: 0 })).rejects.toThrow();
  await expect((contracts['news'] as Topic).publish({ large: 'x'.repeat(300_000) })).rejects.toThrow();
  expect(built).toBe(0);
  for (const contract of Object.values(contracts)) {
    const receiver = contract as Receiver<object, object>;
    await receiver.receive({ Records: [] }, () => [], { subscription: 'f' } as never);
  }
  expect(built).toBe(1);
  await composition.close();
});
