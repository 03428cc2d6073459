export { queueConformance, tableConformance, timerConformance, topicConformance } from './conformance.ts';
export { queueModel, tableModel, timerModel } from './models.ts';
export type { ConformanceRun, EngineKind, Guarantees, Harness } from './harness.ts';
