import { queueConformance, tableConformance, timerConformance, topicConformance } from './conformance.ts';
import { memoryRuns } from './memory-runs.ts';

tableConformance(memoryRuns.table);
queueConformance(memoryRuns.queue);
topicConformance(memoryRuns.topic);
timerConformance(memoryRuns.timer);
