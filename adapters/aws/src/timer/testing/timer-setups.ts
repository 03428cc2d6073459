import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { portableTimer } from '@portolan/portable';
import { sqsQueue } from '../../queue/sqs-queue.ts';
import { dynamodbTable } from '../../table/dynamodb-table.ts';
import { dynamodbTableResource } from '../../table/table-resource.ts';
import { clientConfig, patient } from '../../testing/aws-engine.ts';
import { dynamodbTtlSqsTimer, dynamodbTtlTimer, type DynamodbTtlSqsTimerOptions } from '../dynamodb-ttl-timer.ts';
import { eventBridgeCronTimer } from '../event-bridge-cron-timer.ts';
import { eventBridgeSchedulerTimer } from '../event-bridge-scheduler-timer.ts';
import { sqsDelayTimer } from '../sqs-delay-timer.ts';
import { stepFunctionsTimer } from '../step-functions-timer.ts';
import { marksPort } from '../ttl-marks.ts';
import { schedulerDouble } from './scheduler-double.ts';
import { nobody, noOptions, type OpenTimer, type SetupPlace, type TimerSetup } from './timer-harness.ts';
import { expire } from './ttl-double.ts';
import { workflowDouble } from './workflow-double.ts';

type SetUp = (place: SetupPlace) => Promise<TimerSetup>;

export const sqsDelaySetup: SetUp = async () => ({
  adapter: sqsDelayTimer(),
  clients: [],
  passed: async () => undefined,
});

/** The sweep is called whenever time has passed: at least as often as each minute. */
export const portableSetup: SetUp = async () => ({
  adapter: portableTimer({ table: dynamodbTable(), queue: sqsQueue() }),
  clients: [],
  passed: sweeping,
});

/** Its cron ticks whenever time has passed, since suites wait for a second where it is up to a minute late. */
export const cronSetup: SetUp = async () => ({
  adapter: eventBridgeCronTimer(),
  clients: [],
  passed: sweeping,
});

export const schedulerSetup: SetUp = async ({ sqs, now }) => {
  const double = await schedulerDouble(now);
  const client = new SchedulerClient({ ...patient(), ...clientConfig(double) });
  return {
    // So near that suites, which wait for seconds, see schedules.
    adapter: eventBridgeSchedulerTimer({ nearMs: 1_000 }),
    clients: [client, sqs],
    passed: (_timers, at) => double.fire(sqs, at),
    double,
    async dispose() {
      client.destroy();
      await double[Symbol.asyncDispose]();
    },
  };
};

export const workflowSetup: SetUp = async ({ sqs, now }) => {
  const double = await workflowDouble(now);
  const client = new SFNClient({ ...patient(), ...clientConfig(double) });
  return {
    adapter: stepFunctionsTimer({ nearMs: 1_000 }),
    clients: [client, sqs],
    passed: (_timers, at) => double.fire(sqs, at),
    double,
    async dispose() {
      client.destroy();
      await double[Symbol.asyncDispose]();
    },
  };
};

/** @param lateMs - How late DynamoDB is with its deletions. @default 0, since suites wait for a second */
export const ttlSetup =
  (lateMs = 0): SetUp =>
  async (place) => ({ adapter: dynamodbTtlTimer(), clients: [], passed: deletion(place, lateMs) });

export const ttlSqsSetup =
  (lateMs = 0, options: DynamodbTtlSqsTimerOptions = {}): SetUp =>
  async (place) => ({ adapter: dynamodbTtlSqsTimer(options), clients: [], passed: deletion(place, lateMs) });

async function sweeping(timers: readonly OpenTimer[], now: number): Promise<void> {
  for (const { contract } of timers) await contract.sweep!(now, nobody, noOptions);
}

/** DynamoDB deletes the marks that have expired, and Lambda calls the function with what the stream says of it. */
function deletion({ dynamodb }: SetupPlace, lateMs: number): TimerSetup['passed'] {
  const deleteOf = async ({ service, port, contract }: OpenTimer, now: number): Promise<void> => {
    const { TableName } = dynamodbTableResource(service, marksPort(port)).table;
    const event = await expire(dynamodb, TableName!, now - lateMs);
    if (event === undefined) return;
    const { batchItemFailures } = (await contract.receive!(event, nobody, noOptions)) as {
      readonly batchItemFailures: readonly unknown[];
    };
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} records have to come again`);
  };
  return async (timers, now) => {
    for (const timer of timers) await deleteOf(timer, now);
  };
}
