import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from '../clients/settings.ts';

/** Identifies the client of EventBridge Scheduler in the container; a team's own module may rebind it. */
export const schedulerToken: ServiceIdentifier<SchedulerClient> = Symbol.for('portolan/aws/scheduler');

/** One client of EventBridge Scheduler for all adapters of a composition, built at first use. */
export const schedulerModule = new ContainerModule(({ bind }) => {
  bind<SchedulerClient>(schedulerToken)
    .toDynamicValue(() => new SchedulerClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
