import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Identifies the client of DynamoDB in the container; a team's own module may rebind it. */
export const dynamodbToken: ServiceIdentifier<DynamoDBClient> = Symbol.for('portolan/aws/dynamodb');

/** One client of DynamoDB for all adapters of a composition, built at first use. */
export const dynamodbModule = new ContainerModule(({ bind }) => {
  bind<DynamoDBClient>(dynamodbToken)
    .toDynamicValue(() => new DynamoDBClient(clientSettings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
