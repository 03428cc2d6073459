import { join } from 'node:path';
import { adapter } from '@portolan/composition';
import { onBatch, service, type BoundFunction } from '@portolan/kernel';
import { localTable, localTimer, localTopic, openLocal } from '@portolan/local';
import { events, scheduling, type WebhookRequest, type Webhooks } from '@portolan/scheduling';
import type { BenchTask, Place, Subject } from './subject.ts';

/** Whom tasks are delivered to: both stay within the process, so that no receiver is measured. */
export type TargetKind = 'webhook' | 'topic';

/** The platform as the local app composes it, with webhooks answered in process. */
export interface Portolan extends Subject {
  readonly api: BoundFunction;
  /** The body of `createTask` for a task. */
  bodyOf(task: BenchTask): object;
}

/** Tasks of one `createTasks` call. */
const batchSize = 500;

export async function openPortolan({ folder }: Pick<Place, 'folder'>, targetKind: TargetKind): Promise<Portolan> {
  let run: (n: number) => void = () => {};
  const platform = await openLocal({ file: join(folder, 'portolan.db') });
  const { functions } = await platform.run(
    listened((n) => run(n)),
    {
      tasks: localTable(),
      groups: localTable(),
      'dead-letters': localTable(),
      stats: localTable(),
      wakeups: localTimer(),
      events: localTopic(),
      webhooks: answeredInProcess((n) => run(n)),
    },
  );
  const api = functions['api']!;
  const target =
    targetKind === 'webhook'
      ? { kind: 'webhook', url: 'https://receiver.example/hook' }
      : { kind: 'topic', type: 'bench' };
  const bodyOf = ({ n, at }: BenchTask) => ({ at, target, payload: { n } });
  const accept = async (operation: string, body: object): Promise<unknown> => {
    const reply = await api.call(operation, { body });
    if (reply.kind === 'problem') throw new Error(`${operation}: ${JSON.stringify(reply)}`);
    return reply.body;
  };
  return {
    api,
    bodyOf,
    async schedule(task) {
      await accept('createTask', bodyOf(task));
    },
    async scheduleMany(tasks) {
      for (let start = 0; start < tasks.length; start += batchSize) {
        const batch = tasks.slice(start, start + batchSize);
        const { results } = (await accept('createTasks', { tasks: batch.map(bodyOf) })) as {
          readonly results: readonly { readonly status: string }[];
        };
        const rejected = results.find(({ status }) => status !== 'created');
        if (rejected !== undefined) throw new Error(`createTasks: ${JSON.stringify(rejected)}`);
      }
    },
    async work(told) {
      run = told;
    },
    async settle() {
      // `running` empties before anything else is read, and a task that has not run yet would be `scheduled`.
      for (;;) {
        const [running, scheduled] = await Promise.all(
          ['running', 'scheduled'].map(async (state) => {
            const reply = await api.call('listTasks', { query: { state, limit: '1' } });
            return (reply as { readonly body: { readonly tasks: readonly unknown[] } }).body.tasks.length;
          }),
        );
        if (running === 0 && scheduled === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => platform.close(),
  };
}

/** The service with a subscriber to its events: what a service beside it would be, with the topic of its own name. */
function listened(run: (n: number) => void) {
  return service('scheduling', scheduling.ports, {
    ...scheduling.functions,
    listen: onBatch(events, { size: 100, filter: { type: ['bench'] } }, {}, async (batch) => {
      for (const { message } of batch) run((message.payload as { readonly n: number }).n);
      return { failed: [] };
    }),
  });
}

/** A receiver without a network: it reads the body as a real one would, and answers at once. */
function answeredInProcess(run: (n: number) => void) {
  const webhooks: Webhooks = {
    async deliver({ body }: WebhookRequest) {
      run((JSON.parse(body) as { readonly payload: { readonly n: number } }).payload.n);
      return { kind: 'answered', status: 204, durationMs: 0, excerpt: '' };
    },
  };
  return adapter({
    kind: 'own',
    cloud: 'any',
    name: 'answeredInProcess',
    guarantees: {},
    open: (): Webhooks => webhooks,
  });
}
