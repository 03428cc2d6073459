import { minutes, on, seconds, service } from '@portolan/kernel';
import { newWorld, simulate } from '@portolan/kernel/testing';
import { events, scheduling, type Event } from './index.ts';
import { answered, newReceiver } from './testing/index.ts';

async function startWithSubscriber(filter: { readonly type?: readonly string[] }) {
  const world = newWorld();
  const receiver = newReceiver(world);
  const heard: Event[] = [];
  // A team listens by adding a function of its own to the service: ports and functions are plain values.
  const extended = service('scheduling', scheduling.ports, {
    ...scheduling.functions,
    listen: on(events, {}, async ({ message }) => void heard.push(message), { filter }),
  });
  const simulation = await simulate(extended, { world, own: { webhooks: receiver } });
  return { world, receiver, heard, simulation };
}

test('a task with a topic target publishes one event under the id of its run, with its payload', async () => {
  const { world, heard, simulation } = await startWithSubscriber({ type: ['invoice.due'] });
  const target = { kind: 'topic', type: 'invoice.due' };
  await simulation.call('createTask', { body: { id: 'bill', group: 'mail', delayMs: 1_000, target, payload: [1, 2] } });
  await simulation.call('createTask', { body: { delayMs: 1_000, target: { kind: 'topic', type: 'other' } } });
  await world.advance(seconds(2));
  expect(heard).toMatchObject([
    { type: 'invoice.due', task: 'bill', group: 'mail', payload: [1, 2], scheduledAt: '2026-01-01T00:00:01.000Z' },
  ]);
  const { body } = (await simulation.call('getTask', { params: { id: 'bill' } })) as {
    body: { runs: { id: string }[] };
  };
  expect(heard[0]!.id).toBe(body.runs[0]!.id);
});

test('a run that was given up is told to whoever listens, with the reason', async () => {
  const { world, receiver, heard, simulation } = await startWithSubscriber({ type: ['scheduling.run.failed'] });
  receiver.behave = () => ({ outcome: answered(410, { excerpt: 'moved out' }) });
  await simulation.call('createTask', {
    body: { id: 'bill', delayMs: 0, target: { kind: 'webhook', url: 'https://a.example/' } },
  });
  await world.advance(minutes(1));
  expect(heard).toMatchObject([
    { type: 'scheduling.run.failed', task: 'bill', payload: { reason: 'HTTP 410: moved out' } },
  ]);
});
