import { adapter, type Opening } from '@portolan/composition';
import type { TopicPort } from '@portolan/kernel';
import { runtimeToken, storedName, type Runtime } from '../host/runtime.ts';
import { SqliteTopic } from './sqlite-topic.ts';

/** Topics in the platform's file. Subscriptions stay when their subscriber stops, and keep its events. */
export const localTopic = () =>
  adapter({
    kind: 'topic',
    cloud: 'local',
    name: 'localTopic',
    guarantees: {},
    needs: [runtimeToken],
    open: ({ service, port, environment }: Opening<TopicPort>, runtime: Runtime) =>
      new SqliteTopic(runtime.engine, storedName(service, port.name), port, environment, (subscription, mailbox) => {
        runtime.show({ service, port: port.name, subscription, mailbox });
      }),
  });
