import { SQSClient } from '@aws-sdk/client-sqs';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Identifies the client of SQS in the container; a team's own module may rebind it. */
export const sqsToken: ServiceIdentifier<SQSClient> = Symbol.for('portolan/aws/sqs');

/** Identifies how it is had by who needs it for some calls only, as those are that receive: a cold start goes without. */
export const sqsWhenNeeded: ServiceIdentifier<() => SQSClient> = Symbol.for('portolan/aws/sqs-when-needed');

/** One client of SQS for all adapters of a composition, built at first use. */
export const sqsModule = new ContainerModule(({ bind }) => {
  bind<SQSClient>(sqsToken)
    .toDynamicValue(() => new SQSClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
  bind<() => SQSClient>(sqsWhenNeeded).toFactory(
    ({ get }) =>
      () =>
        get(sqsToken),
  );
});
