import { adapter, type Opening } from '@portolan/composition';
import { HeldSockets } from '@portolan/http/sockets';
import type { ChannelPort } from '@portolan/kernel';
import { runtimeToken, type Runtime } from '../host/runtime.ts';

export interface LocalChannelOptions {
  /**
   * How often peers are asked whether they live; one that has not answered when it is asked again has ended.
   * Milliseconds. @default 30,000
   */
  readonly heartbeatMs?: number;
}

/**
 * Channels whose sockets end in the platform's process: served at the path of their function by the server that is given
 * the platform's `upgrades`. They are kept nowhere: when the process ends, so do they.
 */
export const localChannel = (options: LocalChannelOptions = {}) =>
  adapter({
    kind: 'channel',
    cloud: 'local',
    name: 'localChannel',
    guarantees: { slowClients: true } as const,
    needs: [runtimeToken],
    open: ({ port, environment }: Opening<ChannelPort>, { engine, upgrades }: Runtime) =>
      new HeldSockets(port, {
        environment,
        upgrades,
        schedule: (at, ring) => engine.alarm.schedule(at, ring),
        ...options,
      }),
  });
