export { dynamodbModule, dynamodbToken } from './clients/dynamodb.ts';
export { dynamodbTable, type DynamodbTableOptions } from './table/dynamodb-table.ts';
export { dynamodbTableResource, type DynamodbTableResource } from './table/table-resource.ts';
export { lambda, type LambdaHandler, type LambdaOptions } from './host/lambda.ts';
export { tickInput } from './host/tick-event.ts';
