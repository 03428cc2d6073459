import {
  queueConformance,
  tableConformance,
  timerConformance,
  topicConformance,
  type ConformanceRun,
} from '@portolan/conformance';
import { LocalHarness } from './testing/local-harness.ts';

const run = {
  cloud: 'local',
  engine: 'embedded',
  harness: async () => new LocalHarness(),
} as const satisfies Partial<ConformanceRun>;

tableConformance({ ...run, adapter: 'localTable' });
queueConformance({ ...run, adapter: 'localQueue', guarantees: { delay: true, ordered: true, dedupe: true } });
topicConformance({ ...run, adapter: 'localTopic' });
timerConformance({ ...run, adapter: 'localTimer', guarantees: { prompt: true } });
