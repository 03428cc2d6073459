import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Identifies the client of EventBridge in the container; a team's own module may rebind it. */
export const eventbridgeToken: ServiceIdentifier<EventBridgeClient> = Symbol.for('portolan/aws/eventbridge');

/** One client of EventBridge for all adapters of a composition, built at first use. */
export const eventbridgeModule = new ContainerModule(({ bind }) => {
  bind<EventBridgeClient>(eventbridgeToken)
    .toDynamicValue(() => new EventBridgeClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
