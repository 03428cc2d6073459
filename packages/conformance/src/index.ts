export type { ChannelHarness, Dialled, DialRequest, SocketClient } from './channel/channel-harness.ts';
export { memoryChannelHarness } from './channel/memory-channel-harness.ts';
export {
  channelConformance,
  hostConformance,
  queueConformance,
  tableConformance,
  timerConformance,
  topicConformance,
} from './conformance.ts';
export { queueModel, tableModel, timerModel } from './models.ts';
export type { ConformanceRun, EngineKind, Guarantees, Harness } from './harness.ts';
export type { ClientRequest, ClientResponse, HostedService, HostHarness } from './host/host-harness.ts';
export { subject as hostSubject } from './host/subject.ts';
export { memoryHarness } from './memory-harness.ts';
