import { SFNClient } from '@aws-sdk/client-sfn';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from '../clients/settings.ts';

/** Identifies the client of Step Functions in the container; a team's own module may rebind it. */
export const sfnToken: ServiceIdentifier<SFNClient> = Symbol.for('portolan/aws/sfn');

/** One client of Step Functions for all adapters of a composition, built at first use. */
export const sfnModule = new ContainerModule(({ bind }) => {
  bind<SFNClient>(sfnToken)
    .toDynamicValue(() => new SFNClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
