import { SNSClient } from '@aws-sdk/client-sns';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Identifies the client of SNS in the container; a team's own module may rebind it. */
export const snsToken: ServiceIdentifier<SNSClient> = Symbol.for('portolan/aws/sns');

/** One client of SNS for all adapters of a composition, built at first use. */
export const snsModule = new ContainerModule(({ bind }) => {
  bind<SNSClient>(snsToken)
    .toDynamicValue(() => new SNSClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
