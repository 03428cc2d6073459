import type { TimerPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { callerRole, checkRoleName, type CallerRole } from './caller-role.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What an execution of the waiting workflow is started with. */
export interface WaitInput {
  /** RFC 3339, in whole seconds of UTC. */
  readonly until: string;
  readonly queueUrl: string;
  readonly body: string;
}

/**
 * The waiting workflow, in the Amazon States Language: waits until the instant, then sends to the queue. Sending is tried
 * for about a day, since nobody else knows of the timer.
 *
 * @see https://states-language.net/spec.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/connect-sqs.html
 */
export const waitDefinition = {
  Comment: 'Waits until an instant, then sends a message',
  StartAt: 'Wait',
  States: {
    Wait: { Type: 'Wait', TimestampPath: '$.until', Next: 'Send' },
    Send: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Parameters: { 'QueueUrl.$': '$.queueUrl', 'MessageBody.$': '$.body' },
      Retry: [
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          BackoffRate: 2,
          MaxDelaySeconds: 900,
          MaxAttempts: 100,
          JitterStrategy: 'FULL',
        },
      ],
      End: true,
    },
  },
} as const;

/** What has to exist for one timer port, besides the table and the queue. */
export interface WaitStateMachine {
  readonly name: string;
  /** A standard workflow: an express one lives for five minutes. */
  readonly type: 'STANDARD';
  readonly definition: typeof waitDefinition;
  readonly role: CallerRole;
}

/**
 * The state machine of a timer port, with the role that it sends with.
 *
 * @param env - Where the stage is read from. @default the process's
 * @throws {RangeError} for a name that is too long.
 */
export function waitStateMachine(service: string, port: TimerPort, env?: Env): WaitStateMachine {
  const roleName = checkRoleName(resourceName(service, port.name, 'wait', env));
  return {
    name: stateMachineName(service, port.name, env),
    type: 'STANDARD',
    definition: waitDefinition,
    role: callerRole('states.amazonaws.com', roleName, service, port, env),
  };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (80 characters; the role has fewer) */
export const stateMachineName = (service: string, port: string, env?: Env): string =>
  checkRoleName(resourceName(service, port, 'wait', env));
