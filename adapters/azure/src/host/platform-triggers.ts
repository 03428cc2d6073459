import type { PlatformTrigger } from '@portolan/composition';
import type { WebPubSubTrigger } from '../channel/web-pubsub-channel-adapter.ts';
import type { StorageQueueTrigger } from '../queue/storage-queue-adapter.ts';
import type { EventGridTrigger } from '../topic/event-grid-topic-adapter.ts';

/** What calls functions on Azure, besides HTTP and schedules. */
export type AzureTrigger = StorageQueueTrigger | EventGridTrigger | WebPubSubTrigger;

const kinds: readonly string[] = [
  'storage-queue',
  'event-grid',
  'web-pubsub',
] satisfies readonly AzureTrigger['kind'][];

export const isAzureTrigger = (trigger: PlatformTrigger): trigger is AzureTrigger => kinds.includes(trigger.kind);
