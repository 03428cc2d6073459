export { keptText, systemAlarm, type Alarm } from '@portolan/node';
export {
  openLocal,
  type DeadLetterPlace,
  type LocalOptions,
  type LocalPlatform,
  type LocalService,
  type RunOptions,
} from './host/local-platform.ts';
export { localChannel, type LocalChannelOptions } from './channel/local-channel.ts';
export { localObjects } from './objects/local-objects.ts';
export { localQueue } from './queue/local-queue.ts';
export { localTable } from './table/local-table.ts';
export { localTimer } from './timer/local-timer.ts';
export { localTopic } from './topic/local-topic.ts';
