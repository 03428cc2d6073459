export { webPubSubConnection, webPubSubHubResource, type WebPubSubHubResource } from './channel/resources.ts';
export {
  webPubSubChannel,
  type WebPubSubChannelOptions,
  type WebPubSubTrigger,
} from './channel/web-pubsub-channel-adapter.ts';
export {
  blobClients,
  blobClientsToken,
  type BlobClients,
  type BlobClientsOptions,
  type BlobContainer,
  type SignedRight,
} from './clients/blob-clients.ts';
export { eventGridClients, eventGridClientsToken, type EventGridClients } from './clients/event-grid-clients.ts';
export { queueClients, queueClientsToken, type QueueClients } from './clients/queue-clients.ts';
export { tableClients, tableClientsToken, type TableClients } from './clients/table-clients.ts';
export {
  webPubSubClients,
  webPubSubClientsToken,
  type WebPubSubClients,
  type WebPubSubHub,
} from './clients/web-pubsub-clients.ts';
export { azureFunctions, type AzureFunctionsOptions } from './host/azure-functions.ts';
export type { AzureTrigger } from './host/platform-triggers.ts';
export type { HttpSource, Registration, TimerSource, WebhookSource, Work } from './host/registrations.ts';
export type { SchedulePlan } from './host/schedule-plan.ts';
export { blobObjects, type BlobObjectsOptions } from './objects/blob-objects-adapter.ts';
export {
  blobContainer,
  blobCorsProperties,
  blobSubscriptionResources,
  type BlobCorsProperties,
  type BlobCorsRule,
  type BlobSubscriptionProperties,
  type BlobSubscriptionResources,
} from './objects/resources.ts';
export { queueResources, type QueueResources } from './queue/resources.ts';
export { storageQueue, type StorageQueueOptions, type StorageQueueTrigger } from './queue/storage-queue-adapter.ts';
export type { QueueTriggerEvent, QueueTriggerMetadata } from './queue/trigger-event.ts';
export { tableResources, type TableResources } from './table/resources.ts';
export { tableStorageTable, type TableStorageOptions } from './table/table-storage-table.ts';
export { storageQueueTimer, type StorageQueueTimerOptions } from './timer/storage-queue-timer-adapter.ts';
export type { CloudEvent, TopicTriggerEvent } from './topic/cloud-event.ts';
export { eventGridTopic, type EventGridTopicOptions, type EventGridTrigger } from './topic/event-grid-topic-adapter.ts';
export {
  eventGridTopicResource,
  eventSubscriptionResource,
  type AdvancedFilter,
  type Delivery as TopicDelivery,
  type EventFilter,
  type EventGridTopicResource,
  type EventSubscriptionProperties,
  type EventSubscriptionResource,
} from './topic/resources.ts';
