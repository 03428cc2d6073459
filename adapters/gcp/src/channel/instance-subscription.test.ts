import { silentLog } from '@portolan/kernel';
import { deadlineExceeded, serveRest } from '../testing/rest-server.ts';
import { restOf } from '../testing/table-harness.ts';
import { InstanceSubscription } from './instance-subscription.ts';

/** Idle pulls before the one that a message comes to. */
const idlePulls = 12;

test('asks again at once where nothing came for as long as a pull may wait, however often', async () => {
  let pulls = 0;
  const port = await serveRest(({ path }) => {
    if (!path.endsWith(':pull')) return {};
    if (++pulls <= idlePulls) throw deadlineExceeded();
    return { receivedMessages: [{ ackId: 'a', message: { data: 'aGk=' } }] };
  });
  const waits: number[] = [];
  const subscription = new InstanceSubscription(restOf(port, 'v1'), {
    project: 'p',
    topic: 't',
    name: 'one',
    filter: '',
    log: silentLog,
    wait: async (ms) => void waits.push(ms),
  });
  await new Promise<void>((resolve) => subscription.pull(async () => resolve()));
  await subscription.end();
  expect(waits).toHaveLength(idlePulls);
  // No busy loop either, should a service answer so without having waited.
  expect(Math.max(...waits)).toBeLessThanOrEqual(100);
});

test('asks anew where a pull has had no answer at all for as long as one may wait', async () => {
  let pulls = 0;
  const port = await serveRest(({ path }) => {
    if (!path.endsWith(':pull')) return {};
    if (++pulls === 1) return new Promise(() => {});
    return { receivedMessages: [{ ackId: 'a', message: { data: 'aGk=' } }] };
  });
  const subscription = new InstanceSubscription(restOf(port, 'v1'), {
    project: 'p',
    topic: 't',
    name: 'one',
    filter: '',
    log: silentLog,
    pullMs: 10,
  });
  await new Promise<void>((resolve) => subscription.pull(async () => resolve()));
  await subscription.end();
  expect(pulls).toBeGreaterThan(1);
});
