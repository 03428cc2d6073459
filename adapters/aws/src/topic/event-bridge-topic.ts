import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { adapter, type Opening } from '@portolan/composition';
import {
  carriedOverheadBytes,
  kibibytes,
  type PortError,
  unpackCarried,
  type Carried,
  type TopicPort,
} from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { eventbridgeModule, eventbridgeToken } from '../clients/eventbridge.ts';
import { pause, type Patience } from '../clients/pause.ts';
import { sqsModule, sqsWhenNeeded } from '../clients/sqs.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { subscriptionTrigger } from '../queue/subscriptions.ts';
import { SpreadTopic } from './spread-topic.ts';

export interface EventBridgeTopicOptions {
  /** The event bus. @default 'default', which every account has */
  readonly busName?: string;
}

/** Bytes that the names of source and kind have at most, which count as the detail does. */
const nameBytes = 512;
/** How often an event is handed over that EventBridge itself failed to take. */
const refused: Patience = { maxAttempts: 4, baseMs: 50, capMs: 1_000 };

/**
 * Topics on an EventBridge bus: a rule for each subscription feeds an SQS queue of its own.
 *
 * - An entry has at most 256 KB, of which the adapter takes 2 KiB. EventBridge has said 1 MB since January 2026; this
 *   adapter keeps to what it has always carried, until its documentation of sizes says so, too.
 *   See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
 * - EventBridge reads and writes the event as JSON on its way: numbers are what JSON says, not their text.
 */
export const eventBridgeTopic = (options: EventBridgeTopicOptions = {}) =>
  adapter({
    kind: 'topic',
    cloud: 'aws',
    name: 'eventBridgeTopic',
    guarantees: {},
    limits: {
      maxEventBytes: {
        max: kibibytes(256) - carriedOverheadBytes - nameBytes,
        wayOut: 'declare smaller events, and publish a reference to what is large in an objects port',
      },
    },
    modules: [eventbridgeModule, sqsModule],
    needs: [eventbridgeToken, sqsWhenNeeded],
    triggers: subscriptionTrigger,
    open: ({ service, port, environment }: Opening<TopicPort>, events: EventBridgeClient, sqs: () => SQSClient) => {
      const entry = { ...eventKind(service, port), EventBusName: options.busName ?? 'default' };
      const what = `topic "${port.name}"`;
      const publish = async (Detail: string): Promise<void> => {
        for (let attempt = 1; ; attempt++) {
          const error = await put(events, { ...entry, Detail }, what);
          if (error === undefined) return;
          if (!error.retryable || attempt === refused.maxAttempts) throw error;
          await pause(attempt, environment.random, refused);
        }
      };
      return new SpreadTopic(service, port, environment, sqs, { publish, read: readEvent });
    },
  });

/** By what rules know the events of one topic, in one stage. */
export function eventKind(service: string, port: TopicPort, env?: Readonly<Record<string, string | undefined>>) {
  return { Source: resourceName(service, port.name, undefined, env), DetailType: port.name };
}

type Entry = Readonly<Record<'Source' | 'DetailType' | 'EventBusName' | 'Detail', string>>;

/** @returns Why EventBridge did not take the entry, where it answers that it did not: the SDK does not try that again. */
async function put(events: EventBridgeClient, entry: Entry, what: string): Promise<PortError | undefined> {
  try {
    const { Entries: [result] = [] } = await events.send(new PutEventsCommand({ Entries: [entry] }));
    if (result?.ErrorCode === undefined) return undefined;
    return portErrorOf({ name: result.ErrorCode, message: result.ErrorMessage }, what);
  } catch (error) {
    throw portErrorOf(error, what);
  }
}

/**
 * The rule's target gets the whole event, with what was published as its `detail`; a copy that is sent again is that alone.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
export function readEvent(body: string): Carried | undefined {
  const carried = unpackCarried(body);
  if (carried !== undefined) return carried;
  try {
    const { detail } = JSON.parse(body) as { readonly detail?: unknown };
    return detail === undefined ? undefined : unpackCarried(JSON.stringify(detail));
  } catch {
    // No JSON, or none that has fields: nothing that a rule has sent.
    return undefined;
  }
}
