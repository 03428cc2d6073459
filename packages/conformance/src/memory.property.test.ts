import { memoryChannelRun, memoryRuns } from './memory-runs.ts';
import { channelModel, objectsModel, queueModel, tableModel, timerModel } from './models.ts';

tableModel(memoryRuns.table);
queueModel(memoryRuns.queue);
timerModel(memoryRuns.timer);
objectsModel(memoryRuns.objects);
channelModel(memoryChannelRun);
