import { channelCases } from '../channel/channel-cases.ts';
import { createdCases } from '../host/created-cases.ts';
import { httpCases } from '../host/http-cases.ts';
import { socketCases } from '../host/socket-cases.ts';
import { triggerCases } from '../host/trigger-cases.ts';
import { objectsCases } from '../objects/objects-cases.ts';
import { queueCases } from '../queue/queue-cases.ts';
import { casesFor, type Case, type SuiteKind } from '../suite/case.ts';
import type { RunRecord } from '../suite/record.ts';
import { tableCases } from '../table/table-cases.ts';
import { timerCases } from '../timer/timer-cases.ts';
import { topicCases } from '../topic/topic-cases.ts';
import { leftOutOf, type LeftOut } from './left-out.ts';

const leftOut = (kind: SuiteKind, guarantees: readonly string[], suite: RunRecord['suite'] = 'conformance'): LeftOut =>
  leftOutOf({ kind, suite, cloud: 'moon', adapter: 'any', engine: 'double', guarantees, cases: [] });

const suites = {
  table: tableCases,
  queue: queueCases,
  topic: topicCases,
  timer: timerCases,
  objects: objectsCases,
  channel: channelCases,
  host: [...httpCases, ...triggerCases, ...createdCases],
  'socket host': socketCases,
} as unknown as Readonly<Record<SuiteKind, readonly Case[]>>;

test.each(Object.entries(suites) as [SuiteKind, readonly Case[]][])(
  'what runs of the %s suite without any guarantee, and what is left out, are the whole suite',
  (kind, cases) => {
    const missing = leftOut(kind, []).reduce((sum, [, count]) => sum + count, 0);
    expect(casesFor(cases, {}).length + missing).toBe(cases.length);
  },
);

test('guarantees that are claimed leave nothing out, and a model asks for none', () => {
  expect(leftOut('queue', []).map(([name]) => name)).toEqual(['dedupe', 'delay', 'ordered']);
  expect(leftOut('queue', ['delay']).map(([name]) => name)).toEqual(['dedupe', 'ordered']);
  expect(leftOut('channel', ['slowClients'])).toEqual([]);
  expect(leftOut('channel', [], 'model')).toEqual([]);
});
