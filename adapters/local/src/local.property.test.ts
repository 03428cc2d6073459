import { queueModel, tableModel, timerModel, type ConformanceRun } from '@portolan/conformance';
import { LocalHarness } from './testing/local-harness.ts';

const run = {
  cloud: 'local',
  engine: 'embedded',
  harness: async () => new LocalHarness(),
} as const satisfies Partial<ConformanceRun>;

tableModel({ ...run, adapter: 'localTable' });
queueModel({ ...run, adapter: 'localQueue', guarantees: { delay: true, ordered: true, dedupe: true } });
timerModel({ ...run, adapter: 'localTimer', guarantees: { prompt: true } });
