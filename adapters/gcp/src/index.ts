export {
  credentialsToken,
  firestoreToken,
  iamToken,
  pubsubToken,
  signerToken,
  storageToken,
  tasksToken,
} from './clients/modules.ts';
export { iamSigner, keySigner, type FindSigner } from './clients/signers.ts';
export { GoogleRest, type Authorize, type RestCall } from './clients/google-rest.ts';
export { bucketName } from './objects/bucket-name.ts';
export {
  cloudStorageObjects,
  maxStorageObjectBytes,
  type CloudStorageObjectsOptions,
} from './objects/cloud-storage-objects.ts';
export type { Signer } from './objects/signed-url.ts';
export {
  cloudStorageResources,
  type BucketCors,
  type StorageBucketResource,
  type StorageNotificationResource,
  type StoragePlace,
  type StorageResource,
} from './objects/storage-resources.ts';
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
export { cloudRunChannelResources } from './channel/channel-resources.ts';
export { cloudRunChannel, maxRunMessageBytes, type CloudRunChannelOptions } from './channel/cloud-run-channel.ts';
export { cloudFunctions, type CloudFunction, type CloudFunctionsOptions } from './host/cloud-functions.ts';
export type { CloudRequest, CloudResponse } from './host/request.ts';
export { cloudRun, type CloudRunOptions, type CloudRunServer } from './host/cloud-run.ts';
export { functionPath } from './host/run-routes.ts';
