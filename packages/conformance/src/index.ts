export type { ChannelHarness, Dialled, DialRequest, SocketClient } from './channel/channel-harness.ts';
export { memoryChannelHarness } from './channel/memory-channel-harness.ts';
export {
  channelConformance,
  hostConformance,
  objectsConformance,
  queueConformance,
  socketHostConformance,
  tableConformance,
  timerConformance,
  topicConformance,
} from './conformance.ts';
export { channelModel, objectsModel, queueModel, tableModel, timerModel } from './models.ts';
export type { ConformanceRun, EngineKind, Guarantees, Harness } from './harness.ts';
export { allowedOrigin } from './host/host-harness.ts';
export type {
  ClientRequest,
  ClientResponse,
  HostedService,
  HostHarness,
  SocketHostedService,
  SocketHostHarness,
} from './host/host-harness.ts';
export { socketSubject as socketHostSubject } from './host/socket-subject.ts';
export { subject as hostSubject } from './host/subject.ts';
export type { ObjectsHarness } from './objects/objects-harness.ts';
export { memoryHarness } from './memory-harness.ts';
