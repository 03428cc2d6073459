import { minutes } from '@portolan/kernel';
import { judgeUsage, newWorld, recordUsage, simulate, type PortCall } from '@portolan/kernel/testing';
import { tasks } from './ports.ts';
import { scheduling } from './scheduling.ts';
import { answered, newReceiver } from './testing/index.ts';

const webhook = { kind: 'webhook', url: 'https://receiver.example/hook' };
const topic = { kind: 'topic', type: 'example.happened' };

/** A life of the service in which everything happens that it is made for. */
async function everything(record: (call: PortCall) => void): Promise<void> {
  const world = newWorld({ seed: 7 });
  const receiver = newReceiver(world);
  const service = recordUsage(scheduling, record);
  const { call } = await simulate(service, { world, own: { webhooks: receiver } });
  const done = async (operation: string, given: Parameters<typeof call>[1] = {}) => {
    const reply = await call(operation, given);
    if (reply.kind === 'problem') throw new Error(`${operation}: ${reply.problem}: ${reply.detail}`);
    return reply.body as { readonly deadLetters: readonly { readonly id: string }[] };
  };
  const create = (id: string, more: object) =>
    done('createTask', { body: { id, target: webhook, delayMs: 1_000, ...more } });

  receiver.behave = ({ body }) => ({ outcome: answered(body.includes('"refused"') ? 400 : 204), afterMs: 50 });
  await create('once', {});
  await create('refused', {});
  await create('event', { target: topic });
  await create('again', { delayMs: undefined, everyMs: 10_000, count: 3 });
  await create('dropped', { delayMs: minutes(5) });
  await done('createTasks', {
    body: {
      tasks: [
        { target: topic, delayMs: 1_000 },
        { target: topic, delayMs: 1_000 },
      ],
    },
  });
  await done('putGroup', { params: { id: 'narrow' }, body: { concurrent: 1, perSecond: 5 } });
  for (const id of ['n1', 'n2', 'n3']) await create(id, { group: 'narrow' });
  await world.advance(30_000);
  await done('putGroup', { params: { id: 'narrow' }, body: { paused: true } });
  await create('held', { group: 'narrow' });
  await world.advance(5_000);
  await done('putGroup', { params: { id: 'narrow' }, body: { concurrent: 2 } });
  await world.advance(5_000);
  // What a crash leaves behind: a task that is held, though its group has room. The sweep is there for it.
  const table = world.open(tasks);
  await table.update({ id: 'n1' }, (current) => ({ write: { ...current!.item, heldBy: 'narrow' }, result: undefined }));
  await world.advance(minutes(2));
  for (const [operation, given] of [
    ['changeTask', { params: { id: 'dropped' }, body: { delayMs: minutes(9) } }],
    ['runTask', { params: { id: 'once' } }],
    ['cancelTask', { params: { id: 'dropped' } }],
    ['getTask', { params: { id: 'once' } }],
    ['listAttempts', { params: { id: 'once' } }],
    ['listTasks', { query: {} }],
    ['listGroups', { query: {} }],
    ['getGroup', { params: { id: 'narrow' } }],
    ['getStats', { query: {} }],
  ] as const)
    await done(operation, given);
  const { deadLetters } = await done('listDeadLetters', { query: {} });
  await done('redriveDeadLetter', { params: { id: deadLetters[0]!.id } });
  await world.advance(minutes(1));
}

test('functions use every right that they are granted, each half of those that hold two, and nothing else', async () => {
  const calls: PortCall[] = [];
  await everything((call) => calls.push(call));
  expect(judgeUsage(scheduling, calls)).toEqual({ unused: [], undeclared: [] });
});
