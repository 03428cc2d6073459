import { silentLog } from '@portolan/kernel';
import { deadlineExceeded, serveRest } from '../testing/rest-server.ts';
import { restOf } from '../testing/table-harness.ts';
import { InstanceSubscription, type InstanceSubscriptionOptions } from './instance-subscription.ts';

/** Idle pulls before the one that a message comes to. */
const idlePulls = 12;

/** A subscription of a service that answers its first pulls as given, and the next one with a message. */
async function pullFrom(first: (pull: number) => unknown, options: Partial<InstanceSubscriptionOptions>) {
  let pulls = 0;
  const port = await serveRest(({ path }) => {
    if (!path.endsWith(':pull')) return {};
    return first(++pulls) ?? { receivedMessages: [{ ackId: 'a', message: { data: 'aGk=' } }] };
  });
  const named = { project: 'p', topic: 't', name: 'one', filter: '', log: silentLog };
  const subscription = new InstanceSubscription(restOf(port, 'v1'), { ...named, ...options });
  await new Promise<void>((resolve) => subscription.pull(async () => resolve()));
  await subscription.end();
  return pulls;
}

test('asks again at once where nothing came for as long as a pull may wait, however often', async () => {
  const waits: number[] = [];
  const idle = (pull: number) => {
    if (pull <= idlePulls) throw deadlineExceeded();
  };
  await pullFrom(idle, { wait: async (ms) => void waits.push(ms) });
  expect(waits).toHaveLength(idlePulls);
  // No busy loop either, should a service answer so without having waited.
  expect(Math.max(...waits)).toBeLessThanOrEqual(100);
});

test('asks anew where a pull has had no answer at all for as long as one may wait', async () => {
  const silent = (pull: number) => (pull === 1 ? new Promise(() => {}) : undefined);
  expect(await pullFrom(silent, { pullMs: 10 })).toBeGreaterThan(1);
});
