import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DueCall, Waker } from '@portolan/portable';
import { sqsModule, sqsToken } from '../clients/sqs.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { callName } from './call-name.ts';
import { DueQueue } from './due-queue.ts';
import { nearWaker } from './queue-waker.ts';
import { schedulerModule, schedulerToken } from './scheduler-client.ts';
import { schedulerRoleName } from './caller-role.ts';
import { wakingAdapter, type WakingOpening } from './waking-adapter.ts';

export interface EventBridgeSchedulerTimerOptions {
  /**
   * The role that EventBridge Scheduler sends to the queue with.
   * @default the role of the name that `schedulerRole` gives, in the account of the queue
   */
  readonly roleArn?: string;
  /** The group that schedules lie in; it must exist. @default 'default' */
  readonly groupName?: string;
  /** Nearer than this a timer waits in the queue, in milliseconds; 1 s to 15 min. @default 1 min */
  readonly nearMs?: number;
}

/**
 * Timers that are a one-time schedule of EventBridge Scheduler each, which sends to the queue that fires them and deletes
 * itself. Instants are rounded up to seconds; Scheduler promises the minute that follows, and tries to send for a day.
 * What is due within `nearMs` waits in the queue instead: Scheduler takes no instant that is past.
 *
 * - 10 million schedules in an account and region, 5,000 made and 1,000 fired a second in the larger regions; all
 *   three can be raised. Precision is a minute.
 *   See https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html
 *   and https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 * - A schedule is named for its timer's life, so that a repeated call meets its own schedule (`ConflictException`), and
 *   one that was cancelled can be set anew.
 */
export const eventBridgeSchedulerTimer = (options: EventBridgeSchedulerTimerOptions = {}) =>
  wakingAdapter({
    name: 'eventBridgeSchedulerTimer',
    guarantees: { prompt: true } as const,
    modules: [schedulerModule, sqsModule],
    needs: [schedulerToken, sqsToken],
    waker: (opening, scheduler: SchedulerClient, sqs: SQSClient) =>
      schedulerWaker(opening, scheduler, new DueQueue(sqs, opening), options),
  });

function schedulerWaker(
  { service, port, queue, environment: { clock } }: WakingOpening,
  client: SchedulerClient,
  due: DueQueue,
  { roleArn, groupName = 'default', nearMs }: EventBridgeSchedulerTimerOptions,
): Waker {
  const near = nearWaker(queue, clock, nearMs);
  const what = `timer "${port.name}"`;
  const schedule = (call: DueCall) => ({ GroupName: groupName, Name: callName(call.message) });
  return {
    async wake(call) {
      if (near.has(call)) return near.wake(call);
      const arn = await due.arn();
      const command = new CreateScheduleCommand({
        ...schedule(call),
        ScheduleExpression: `at(${new Date(Math.ceil(call.at / 1_000) * 1_000).toISOString().slice(0, 19)})`,
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
        ActionAfterCompletion: 'DELETE',
        Target: {
          Arn: arn,
          RoleArn: roleArn ?? roleIn(arn, schedulerRoleName(service, port.name)),
          Input: due.body(call),
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      });
      try {
        await client.send(command);
      } catch (error) {
        // A call of before was answered to nobody.
        if (error instanceof ConflictException) return;
        // It has come near while this waited for its turn, and Scheduler takes nothing that is past.
        if (near.has(call)) return near.wake(call);
        throw portErrorOf(error, what);
      }
    },
    async forget(call) {
      try {
        await client.send(new DeleteScheduleCommand(schedule(call)));
      } catch (error) {
        // It has fired, or never was one.
        if (!(error instanceof ResourceNotFoundException)) throw portErrorOf(error, what);
      }
    },
  };
}

function roleIn(queueArn: string, roleName: string): string {
  const [, partition, , , account] = queueArn.split(':');
  return `arn:${partition}:iam::${account}:role/${roleName}`;
}
