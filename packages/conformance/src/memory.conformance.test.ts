import {
  channelConformance,
  objectsConformance,
  queueConformance,
  tableConformance,
  timerConformance,
  topicConformance,
} from './conformance.ts';
import { memoryChannelRun, memoryRuns } from './memory-runs.ts';

tableConformance(memoryRuns.table);
queueConformance(memoryRuns.queue);
topicConformance(memoryRuns.topic);
timerConformance(memoryRuns.timer);
channelConformance(memoryChannelRun);
objectsConformance(memoryRuns.objects);
