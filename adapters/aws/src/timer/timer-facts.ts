import { days, minutes, seconds } from '@portolan/kernel';
import { portableTimerFacts, type TimerFacts } from '@portolan/portable';
import { maxDelayMs } from './due-queue.ts';

const docs = 'https://docs.aws.amazon.com';
const pages = {
  dynamodbPrices: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  sqsPrices: 'https://aws.amazon.com/sqs/pricing/',
  schedulerPrices: 'https://aws.amazon.com/eventbridge/pricing/',
  stepFunctionsPrices: 'https://aws.amazon.com/step-functions/pricing/',
  partitions: `${docs}/amazondynamodb/latest/developerguide/bp-partition-key-design.html`,
  delays: `${docs}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-timers.html`,
  ttl: `${docs}/amazondynamodb/latest/developerguide/TTL.html`,
  schedules: `${docs}/scheduler/latest/UserGuide/schedule-types.html`,
  schedulerQuotas: `${docs}/scheduler/latest/UserGuide/scheduler-quotas.html`,
  stepFunctionsQuotas: `${docs}/step-functions/latest/dg/service-quotas.html`,
  cron: `${docs}/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html`,
} as const;
/**
 * When the numbers were looked up. Step Functions' price, Scheduler's quotas and TTL's lateness stood on the pages that are
 * named; prices of DynamoDB, SQS and Scheduler on pages of others that quote them. Look at the named ones before you rely on it.
 */
const readOn = '2026-11-20';

/** US dollars for a million, in us-east-1, without free tiers. Items and messages are taken to fit into one unit. */
const usdPerMillion = {
  /** On-demand write request units, of 1 KB. */
  write: 0.625,
  /** On-demand read request units, strongly consistent, of 4 KB. */
  read: 0.125,
  /** Requests of SQS, of 64 KB. */
  request: 0.4,
  schedule: 1,
  /** State transitions of standard workflows. */
  transition: 25,
} as const;
/** On its way a message is sent, received and deleted; here one at a time. In batches of ten it costs a tenth. */
const message = 3 * usdPerMillion.request;

const partitionWritesPerSecond = 1_000;
const shards = 16;

/** Rows of the timers that stand, and the message that fires each: what all of them cost. */
const standing = 2 * usdPerMillion.write + 2 * usdPerMillion.read + message;
const common = { readOn, horizonMs: Infinity, maxOpenTimers: Infinity } as const;
const commonSources = [pages.dynamodbPrices, pages.sqsPrices, pages.partitions] as const;
/** How many rows can be deleted each second, which is the last thing that a firing does. */
const rowsPerSecond = shards * partitionWritesPerSecond;

/**
 * What the timers of AWS promise and cost, by the names of their factories. Prices are list prices of us-east-1 and quotas
 * are defaults of the larger regions. Where a number is the adapter's own choice and not the vendor's, its docstring says so.
 */
export const awsTimerFacts = {
  /** Each minute that a cron looks late, and half a minute on average; the row is written once more when it is found. */
  eventBridgeCronTimer: {
    ...common,
    precisionMs: minutes(1),
    hotspotPerSecond: rowsPerSecond / 2,
    usdPerMillion: standing + usdPerMillion.write - usdPerMillion.read,
    sources: [...commonSources, pages.cron],
  },
  /** The mark is a write; its deletion and Lambda's reads of the stream cost nothing. */
  dynamodbTtlTimer: {
    ...common,
    precisionMs: days(2),
    lateByMs: days(2),
    hotspotPerSecond: rowsPerSecond,
    usdPerMillion: standing + usdPerMillion.write,
    sources: [...commonSources, pages.ttl],
  },
  /** A wait and a task are two transitions, the start is a third. */
  stepFunctionsTimer: {
    ...common,
    precisionMs: seconds(1),
    maxOpenTimers: 1_000_000,
    hotspotPerSecond: 5_000,
    usdPerMillion: standing + 3 * usdPerMillion.transition,
    sources: [...commonSources, pages.stepFunctionsPrices, pages.stepFunctionsQuotas],
  },
  /** For a wait of up to 15 minutes; {@link sqsDelayUsdPerMillion} tells what longer ones cost. */
  sqsDelayTimer: {
    ...common,
    precisionMs: seconds(1),
    hotspotPerSecond: rowsPerSecond,
    usdPerMillion: standing,
    sources: [...commonSources, pages.delays],
  },
  /** On time where DynamoDB deletes within the lead, which it promises of no lead. */
  dynamodbTtlSqsTimer: {
    ...common,
    precisionMs: seconds(1),
    lateByMs: days(2) - maxDelayMs,
    hotspotPerSecond: rowsPerSecond,
    usdPerMillion: standing + usdPerMillion.write,
    sources: [...commonSources, pages.ttl, pages.delays],
  },
  eventBridgeSchedulerTimer: {
    ...common,
    precisionMs: minutes(1),
    maxOpenTimers: 10_000_000,
    hotspotPerSecond: 1_000,
    usdPerMillion: standing + usdPerMillion.schedule,
    sources: [...commonSources, pages.schedulerPrices, pages.schedules, pages.schedulerQuotas],
  },
  portableTimer: portableTimerFacts({
    usdPerMillionWrites: usdPerMillion.write,
    usdPerMillionReads: usdPerMillion.read,
    usdPerMillionMessages: message,
    queuePrecisionMs: seconds(1),
    writesPerSecondPerPartition: partitionWritesPerSecond,
    shards,
    sources: [...commonSources, pages.delays],
    readOn,
  }),
} as const satisfies Readonly<Record<string, TimerFacts>>;

/**
 * What a million timers of `sqsDelayTimer` cost by how long they wait.
 *
 * @param waitMs - From the setting to the instant, in milliseconds.
 */
export function sqsDelayUsdPerMillion(waitMs: number): number {
  const hops = Math.max(0, Math.ceil(waitMs / maxDelayMs) - 1);
  return standing + hops * message;
}
