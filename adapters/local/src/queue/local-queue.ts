import { adapter, type Opening } from '@portolan/composition';
import type { QueuePort } from '@portolan/kernel';
import { runtimeToken, storedName, type Runtime } from '../host/runtime.ts';
import { SqliteQueue } from './sqlite-queue.ts';

/** Queues in the platform's file, with any delay, order by key and deduplication. */
export const localQueue = () =>
  adapter({
    kind: 'queue',
    cloud: 'local',
    name: 'localQueue',
    guarantees: { delay: true, ordered: true, dedupe: true } as const,
    needs: [runtimeToken],
    open: ({ service, port, environment }: Opening<QueuePort>, runtime: Runtime) => {
      const queue = new SqliteQueue(runtime.engine, storedName(service, port.name), port, environment);
      runtime.show({ service, port: port.name, mailbox: queue.mailbox });
      return queue;
    },
  });
