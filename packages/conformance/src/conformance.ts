import { channelCases } from './channel/channel-cases.ts';
import type { ChannelHarness } from './channel/channel-harness.ts';
import type { ConformanceRun } from './harness.ts';
import { createdCases } from './host/created-cases.ts';
import { httpCases } from './host/http-cases.ts';
import type { HostHarness, SocketHostHarness } from './host/host-harness.ts';
import { socketCases } from './host/socket-cases.ts';
import { triggerCases } from './host/trigger-cases.ts';
import { objectsCases } from './objects/objects-cases.ts';
import type { ObjectsHarness } from './objects/objects-harness.ts';
import { queueCases } from './queue/queue-cases.ts';
import { runSuite } from './suite/suite.ts';
import { tableCases } from './table/table-cases.ts';
import { timerCases } from './timer/timer-cases.ts';
import { topicCases } from './topic/topic-cases.ts';
import { modelTitles } from './model/titles.ts';

/** Holds an adapter against the table contract: one test for each promise. Call it from a test file. */
export function tableConformance(run: ConformanceRun): void {
  runSuite({ kind: 'table', suite: 'conformance', cases: tableCases, alsoKnown: [modelTitles.table] }, run);
}

/** Holds an adapter against the queue contract; `delay`, `ordered` and `dedupe` where `run.guarantees` has them. */
export function queueConformance(run: ConformanceRun): void {
  runSuite({ kind: 'queue', suite: 'conformance', cases: queueCases, alsoKnown: [modelTitles.queue] }, run);
}

/** Holds an adapter against the topic contract. */
export function topicConformance(run: ConformanceRun): void {
  runSuite({ kind: 'topic', suite: 'conformance', cases: topicCases, alsoKnown: [] }, run);
}

/** Holds an adapter against the timer contract; `prompt` where `run.guarantees` has it. */
export function timerConformance(run: ConformanceRun): void {
  runSuite({ kind: 'timer', suite: 'conformance', cases: timerCases, alsoKnown: [modelTitles.timer] }, run);
}

/** Holds an adapter against the objects contract. */
export function objectsConformance(run: ConformanceRun<ObjectsHarness>): void {
  runSuite({ kind: 'objects', suite: 'conformance', cases: objectsCases, alsoKnown: [modelTitles.objects] }, run);
}

/** Holds an adapter against the channel contract; `slowClients` where `run.guarantees` has it. */
export function channelConformance(run: ConformanceRun<ChannelHarness>): void {
  runSuite({ kind: 'channel', suite: 'conformance', cases: channelCases, alsoKnown: [modelTitles.channel] }, run);
}

/**
 * Holds a host against what every host has to do in the same way: HTTP, messages alone and in batches, events, timers,
 * schedules and created objects, with their failures, dead letters and deadlines.
 */
export function hostConformance(run: ConformanceRun<HostHarness>): void {
  runSuite(
    { kind: 'host', suite: 'conformance', cases: [...httpCases, ...triggerCases, ...createdCases], alsoKnown: [] },
    run,
  );
}

/**
 * Holds a host against what every host of sockets has to do in the same way: who is let in, what is pushed by one function
 * to the sockets of another, what clients say, and how connections end.
 */
export function socketHostConformance(run: ConformanceRun<SocketHostHarness>): void {
  runSuite({ kind: 'socket host', suite: 'conformance', cases: socketCases, alsoKnown: [] }, run);
}
