import type { TimerPort } from '@portolan/kernel';
import { duePort } from '@portolan/portable';
import { resourceName } from '@portolan/node';
import { queueNames } from '../queue/queue-resource.ts';
import { maxDelayMs } from './due-queue.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What has to exist for a timer that a service of AWS calls: a role of that service that may send to its queue. */
export interface CallerRole {
  readonly roleName: string;
  readonly trust: object;
  /** @param queueArn - Of the queue, once it is there. */
  readonly policy: (queueArn: string) => object;
  /** The queue it sends to. */
  readonly queueName: string;
}

/**
 * The role of EventBridge Scheduler for one timer port.
 *
 * @param env - Where the stage is read from. @default the process's
 * @throws {RangeError} for a name that is too long for IAM.
 */
export const schedulerRole = (service: string, port: TimerPort, env?: Env): CallerRole =>
  callerRole('scheduler.amazonaws.com', schedulerRoleName(service, port.name, env), service, port, env);

export const schedulerRoleName = (service: string, port: string, env?: Env): string =>
  checkRoleName(resourceName(service, port, 'scheduler', env));

export function callerRole(
  principal: string,
  roleName: string,
  service: string,
  port: TimerPort,
  env: Env | undefined,
): CallerRole {
  const statement = (fields: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...fields }] });
  return {
    roleName,
    trust: statement({ Principal: { Service: principal }, Action: 'sts:AssumeRole' }),
    policy: (queueArn) => statement({ Action: 'sqs:SendMessage', Resource: queueArn }),
    queueName: queueNames(service, duePort(port, maxDelayMs).name, false, undefined, env).main,
  };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (64 characters) */
export function checkRoleName(name: string): string {
  if (name.length <= 64) return name;
  throw new RangeError(
    `the role "${name}" has ${name.length} characters; IAM takes 64: choose a shorter stage, service or port name`,
  );
}
