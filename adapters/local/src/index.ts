export { systemAlarm, type Alarm } from '@portolan/node';
export {
  openLocal,
  type DeadLetterPlace,
  type LocalOptions,
  type LocalPlatform,
  type LocalService,
  type RunOptions,
} from './host/local-platform.ts';
export { localQueue } from './queue/local-queue.ts';
export { localTable } from './table/local-table.ts';
export { localTimer } from './timer/local-timer.ts';
export { localTopic } from './topic/local-topic.ts';
