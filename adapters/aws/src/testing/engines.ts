import { dynalite } from './dynalite.ts';
import { eventBridgeDouble } from './event-bridge-double.ts';
import { fauxqs } from './fauxqs.ts';
import { gatewayDouble } from './gateway/gateway-double.ts';
import { s3Double } from './s3/s3-double.ts';

/** All that stands in for AWS on this machine: engines of others where there are any, doubles of our own elsewhere. */
export async function startEngines() {
  await using stack = new AsyncDisposableStack();
  const [tables, queues] = await Promise.all([dynalite(), fauxqs()]);
  stack.use(tables);
  stack.use(queues);
  const events = stack.use(await eventBridgeDouble(queues));
  const s3 = stack.use(await s3Double({ now: () => queues.now(), tell: (event) => events.tell(event) }));
  const gateway = stack.use(await gatewayDouble(() => tables.now()));
  const owned = stack.move();
  return { tables, queues, events, s3, gateway, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
