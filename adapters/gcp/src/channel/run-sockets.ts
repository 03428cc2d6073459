import type { HeldSockets, HeldSocketsOptions } from '@portolan/http/sockets';
import { PortError, type ChannelPort } from '@portolan/kernel';
import { ContainerModule, type ServiceIdentifier } from 'inversify';

/** What a process has in which sockets end. */
export interface RunSockets {
  /** The sockets of a channel, opened by whoever asks the process's server for one. */
  hold(port: ChannelPort, options: Pick<HeldSocketsOptions, 'environment' | 'heartbeatMs'>): HeldSockets;
}

/** Finds it, with the first channel that is served. @throws {PortError} `unsupported` where no sockets can end. */
export type FindSockets = () => Promise<RunSockets>;

/** Bound by cloudRun(); everywhere else there are none. */
export const socketsToken: ServiceIdentifier<FindSockets> = Symbol.for('portolan/gcp/sockets');

export const noSocketsModule = new ContainerModule(({ bind }) => {
  bind(socketsToken).toConstantValue(async () => {
    throw new PortError('unsupported', 'sockets end in a container: serve the function with cloudRun()');
  });
});
