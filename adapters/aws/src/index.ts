export { apiGatewayChannel, endpointVariable, type ApiGatewayChannelOptions } from './channel/api-gateway-channel.ts';
export { channelApiResource, channelStatements, type ChannelApiResource } from './channel/channel-resource.ts';
export { connectionsPort } from './channel/connections.ts';
export type { AccountPlace } from './clients/account.ts';
export { dynamodbModule, dynamodbToken } from './clients/dynamodb.ts';
export { eventbridgeModule, eventbridgeToken } from './clients/eventbridge.ts';
export { ManagementClients, managementModule, managementToken } from './clients/management.ts';
export type { PolicyStatement } from './clients/policy-statement.ts';
export { s3Module, s3Token } from './clients/s3.ts';
export { snsModule, snsToken } from './clients/sns.ts';
export { sqsModule, sqsToken } from './clients/sqs.ts';
export { lambda, type LambdaContext, type LambdaHandler, type LambdaOptions } from './host/lambda.ts';
export { tickInput } from './host/tick-event.ts';
export {
  s3BucketResource,
  s3CreatedRuleResource,
  type S3BucketOptions,
  type S3BucketResource,
} from './objects/bucket-resource.ts';
export { s3Statements } from './objects/rights.ts';
export { s3Objects, type S3ObjectsOptions } from './objects/s3-objects.ts';
export {
  sqsFifoQueueResource,
  sqsQueueResource,
  type QueueResourceOptions,
  type SqsQueueResource,
} from './queue/queue-resource.ts';
export { sqsFifoQueue } from './queue/sqs-fifo-queue.ts';
export { sqsQueue } from './queue/sqs-queue.ts';
export { dynamodbTable, type DynamodbTableOptions } from './table/dynamodb-table.ts';
export { dynamodbTableResource, type DynamodbTableResource } from './table/table-resource.ts';
export { schedulerRole, type CallerRole } from './timer/caller-role.ts';
export {
  dynamodbTtlSqsTimer,
  dynamodbTtlTimer,
  ttlMarksResource,
  type DynamodbTtlSqsTimerOptions,
  type TtlMarksResource,
} from './timer/dynamodb-ttl-timer.ts';
export { eventBridgeCronTimer } from './timer/event-bridge-cron-timer.ts';
export {
  eventBridgeSchedulerTimer,
  type EventBridgeSchedulerTimerOptions,
} from './timer/event-bridge-scheduler-timer.ts';
export { schedulerModule, schedulerToken } from './timer/scheduler-client.ts';
export { sfnModule, sfnToken } from './timer/sfn-client.ts';
export { sqsDelayTimer } from './timer/sqs-delay-timer.ts';
export { waitStateMachine, type WaitStateMachine } from './timer/state-machine.ts';
export { stepFunctionsTimer, type StepFunctionsTimerOptions } from './timer/step-functions-timer.ts';
export { awsTimerFacts, sqsDelayUsdPerMillion } from './timer/timer-facts.ts';
export {
  eventBridgeRuleResource,
  type EventBridgeRuleOptions,
  type EventBridgeRuleResource,
} from './topic/event-bridge-resource.ts';
export { eventBridgeTopic, type EventBridgeTopicOptions } from './topic/event-bridge-topic.ts';
export { snsSubscriptionResource, snsTopicResource, type SnsSubscriptionResource } from './topic/sns-resource.ts';
export { snsTopic, type SnsTopicOptions } from './topic/sns-topic.ts';
export type { Subscribing } from './topic/subscription-queue.ts';
