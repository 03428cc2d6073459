export { credentialsToken, firestoreToken, pubsubToken, tasksToken } from './clients/modules.ts';
export { GoogleRest, type Authorize, type RestCall } from './clients/google-rest.ts';
export { cloudTasksQueue, maxTaskMessageBytes, type CloudTasksQueueOptions } from './queue/cloud-tasks-queue.ts';
export {
  cloudTasksQueueName,
  cloudTasksQueueResource,
  type CloudTasksQueueResource,
} from './queue/cloud-tasks-resources.ts';
export type { CallSettings } from './queue/cloud-tasks.ts';
export { NotTaken, type PushRequest } from './queue/push-request.ts';
export { firestoreTableResources, type FirestoreFieldResource } from './table/firestore-resources.ts';
export { firestoreTable, maxFirestoreItemBytes, type FirestoreTableOptions } from './table/firestore-table.ts';
export { cloudTasksTimer, maxTimerHorizonMs } from './timer/cloud-tasks-timer.ts';
export { maxPubsubMessageBytes } from './queue/publisher.ts';
export { pubsubName } from './queue/pubsub-names.ts';
export { pubsubQueue, type PubsubQueueOptions } from './queue/pubsub-queue.ts';
export {
  pubsubQueueResources,
  type PubsubResource,
  type PubsubSubscriptionResource,
  type PubsubTopicResource,
} from './queue/pubsub-resources.ts';
export { pubsubTopicResources, type TopicSubscription } from './topic/pubsub-topic-resources.ts';
export { pubsubTopic } from './topic/pubsub-topic.ts';
export { cloudFunctions, type CloudFunction, type CloudFunctionsOptions } from './host/cloud-functions.ts';
export type { CloudRequest, CloudResponse } from './host/request.ts';
