export { fullJitter, type RetryPolicy } from './backoff.ts';
export { Backlog } from './backlog.ts';
export {
  carriedOverheadBytes,
  packCarried,
  settle,
  unpackCarried,
  type Arrival,
  type Buried,
  type Carried,
  type Outlet,
  type Settling,
} from './carried.ts';
export {
  channel,
  welcome,
  type Channel,
  type ChannelOptions,
  type ChannelPort,
  type Opening,
  type PushOptions,
  type PushResult,
  type RefusalKind,
  type SessionCall,
  type Sessions,
  type SocketReceiver,
  type SocketRequest,
  type SocketSource,
  type Welcome,
} from './channel.ts';
export {
  noDeadline,
  silentLog,
  type Clock,
  type Context,
  type Deadline,
  type Environment,
  type Ids,
  type Log,
  type LogFields,
  type Random,
  type Signal,
} from './context.ts';
export {
  runEmbedded,
  type ConsumeOptions,
  type Consumer,
  type Consumption,
  type RunningService,
  type Schedules,
  type Source,
} from './embedded.ts';
export { encodeMessage, encodeTimer } from './encode-message.ts';
export { errorCodes, PoisonMessage, PortError, reasonOf, RetryLater, type ErrorCode } from './errors.ts';
export {
  cron,
  every,
  http,
  on,
  onBatch,
  socket,
  type BatchHandler,
  type BatchOutcome,
  type Delivery,
  type Handler,
  type MessagePort,
  type OperationHandlers,
  type ServiceFunction,
  type SocketHandlers,
  type Tick,
  type Trigger,
} from './function.ts';
export { inTime, type Schedule } from './in-time.ts';
export { bindFunction, judgeFailure, visibilityOf, type BoundFunction, type Failure } from './invoke.ts';
export {
  bytesInRange,
  checkByteRange,
  checkListOptions,
  checkObjectKey,
  checkPutOptions,
  checkSignedMs,
} from './object-keys.ts';
export {
  bytesOf,
  matchesPrefix,
  maxSignedMs,
  objects,
  type ByteRange,
  type ListedObject,
  type ObjectCondition,
  type ObjectContent,
  type ObjectCopyResult,
  type ObjectCreated,
  type ObjectInfo,
  type ObjectListOptions,
  type ObjectPutOptions,
  type ObjectPutResult,
  type Objects,
  type ObjectsPort,
  type SignedWrite,
} from './objects.ts';
export type { OperationCall } from './operation-call.ts';
export { Heap } from './heap.ts';
export {
  accepted,
  created,
  empty,
  ok,
  operation,
  problem,
  problemKinds,
  type AnyOperation,
  type FieldProblem,
  type InputOf,
  type Operation,
  type Operations,
  type Problem,
  type ProblemKind,
  type Reply,
  type ReplyKind,
  type ReplyOf,
} from './operation.ts';
export { own, type OwnPort } from './own.ts';
export { firstOf, from, listed, pagesOf, type From } from './paging.ts';
export {
  grant,
  type ContractOf,
  type Grant,
  type Granted,
  type Grants,
  type NeedsOf,
  type Port,
  type PortNames,
} from './port.ts';
export {
  dedupeWindowMs,
  defaultRetry,
  maxSendEntries,
  queue,
  type DeadLetter,
  type DeadLetterOptions,
  type Queue,
  type QueueEntry,
  type QueueOptions,
  type QueuePort,
  type SendOptions,
  type SendResult,
} from './queue.ts';
export { receiverOf, type Receiver } from './receiver.ts';
export { describeIssues, parse, parseStored, type FieldIssue, type Parsed, type Schema } from './schema.ts';
export { checkGroup, checkGroupCount, encodePush, problemFrame } from './sessions.ts';
export { chunks, sideBySide } from './side-by-side.ts';
export { service, type Ports, type Service } from './service.ts';
export {
  checkKeyPart,
  encodeItem,
  keyOf,
  keysOfEdits,
  keysOfReads,
  maxKeyBytes,
  maxManyKeys,
  maxPageItems,
  maxTransactWrites,
} from './table-keys.ts';
export {
  table,
  type Condition,
  type Decision,
  type EditResult,
  type Page,
  type PutOptions,
  type Stored,
  type Table,
  type TableEdit,
  type TablePort,
  type TableRange,
  type TableWrite,
  type TransactResult,
  type VersionIs,
  type WriteResult,
} from './table.ts';
export { timer, type Timer, type TimerOptions, type TimerPort } from './timer.ts';
export { matchesFilter, topic, type PublishOptions, type Topic, type TopicFilter, type TopicPort } from './topic.ts';
export { continueTrace, type Trace } from './trace.ts';
export {
  compareUtf8,
  days,
  formatDuration,
  gibibytes,
  hours,
  kibibytes,
  mebibytes,
  minutes,
  seconds,
  utf8Bytes,
} from './units.ts';
export { usageOf, type FunctionUsage, type PortUse, type Usage } from './usage.ts';
