import type { PlatformTrigger } from '@portolan/composition';
import type { StorageQueueTrigger } from '../queue/storage-queue-adapter.ts';
import type { EventGridTrigger } from '../topic/event-grid-topic-adapter.ts';

/** What calls functions on Azure, besides HTTP and schedules. */
export type AzureTrigger = StorageQueueTrigger | EventGridTrigger;

export const isAzureTrigger = (trigger: PlatformTrigger): trigger is AzureTrigger =>
  trigger.kind === 'storage-queue' || trigger.kind === 'event-grid';
