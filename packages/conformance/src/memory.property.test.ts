import { memoryRuns } from './memory-runs.ts';
import { queueModel, tableModel, timerModel } from './models.ts';

tableModel(memoryRuns.table);
queueModel(memoryRuns.queue);
timerModel(memoryRuns.timer);
