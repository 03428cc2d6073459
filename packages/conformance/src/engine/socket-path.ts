import type { Port, Service } from '@portolan/kernel';

/**
 * Where a service opens the sockets of a channel, on hosts that hold sockets themselves.
 *
 * @throws {RangeError} where no function of the service serves the channel.
 */
export function socketPathOf({ name, functions }: Service, channel: Pick<Port, 'name'>): string {
  for (const { trigger } of Object.values(functions))
    if (trigger.kind === 'channel' && trigger.port.name === channel.name) return trigger.path;
  throw new RangeError(`service "${name}" serves no channel "${channel.name}"`);
}
