import { hostFunction, type Composition } from '@portolan/composition';
import type { Alarm } from '@portolan/node';
import { queueClients } from '../../clients/queue-clients.ts';
import { isAzureTrigger } from '../../host/platform-triggers.ts';
import { QueueHost } from '../queue-host.ts';

/** How long a function has for a message, in milliseconds. */
const timeoutMs = 30_000;

/**
 * What calls functions of this process, which stand beside those of an app: their queues, looked at as the Functions host does.
 *
 * @param place.env - Settings of the app, by which its storage is found.
 * @throws {RangeError} for a function that no storage queue calls.
 */
export async function hostsBeside(
  composition: Composition,
  names: readonly string[],
  place: { readonly alarm: Alarm; readonly env: Readonly<Record<string, string>> },
): Promise<readonly QueueHost[]> {
  const { service, bindings } = composition;
  const { alarm, env } = place;
  const clients = queueClients(env);
  const hosts: QueueHost[] = [];
  for (const name of names) {
    const { trigger, receive } = await hostFunction(composition, name, (at, ring) => alarm.schedule(at, ring));
    if (trigger.kind !== 'message') throw new RangeError(`function "${name}" takes no messages`);
    const { adapter, port } = bindings.get(trigger.port.name)!;
    for (const called of adapter.triggers({ service: service.name, port, subscription: name }).filter(isAzureTrigger)) {
      if (called.kind !== 'storage-queue') throw new RangeError(`function "${name}" is called by ${called.kind}`);
      const [queue, poison] = await Promise.all([
        clients.client(called.connection, called.resource),
        clients.client(called.connection, `${called.resource}-poison`),
      ]);
      hosts.push(
        new QueueHost(queue, poison, async (event) => void (await receive(event, alarm.clock.now() + timeoutMs))),
      );
    }
  }
  return hosts;
}
