import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sideBySide } from '@portolan/kernel';
import { jsonDouble, type Answer } from './json-double.ts';

const error = (status: number, name: string, message: string): Answer => ({ kind: 'error', status, name, message });

/** A double of a service that sends to queues when their time has come. */
export interface FiringDouble extends AsyncDisposable {
  readonly port: number;
  /** What waits in it. */
  readonly waiting: ReadonlyMap<string, unknown>;
  /** Sends what is due. */
  fire(sqs: SQSClient, now: number): Promise<void>;
}

/**
 * EventBridge Scheduler, as far as one-time schedules that send to SQS need it.
 *
 * @param now - Its clock.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_DeleteSchedule.html
 */
export async function schedulerDouble(now: () => number): Promise<FiringDouble> {
  const schedules = new Map<string, { readonly at: number; readonly target: Target }>();
  const create = (name: string, input: CreateScheduleCommandInput): Answer => {
    const fault = faultOf(name, input, now());
    if (fault !== undefined) return error(400, 'ValidationException', fault);
    if (schedules.has(name)) return error(409, 'ConflictException', `Schedule ${name} already exists.`);
    schedules.set(name, { at: instantOf(input), target: input.Target as Target });
    return {
      kind: 'ok',
      body: { ScheduleArn: `arn:aws:scheduler:eu-central-1:000000000000:schedule/default/${name}` },
    };
  };
  const server = await jsonDouble(({ method, path, body }) => {
    const name = /^\/schedules\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined) return error(404, 'ResourceNotFoundException', path);
    if (method === 'POST') return create(name, body as CreateScheduleCommandInput);
    if (schedules.delete(name)) return { kind: 'ok', body: {} };
    return error(404, 'ResourceNotFoundException', `Schedule ${name} does not exist.`);
  });
  return {
    port: server.port,
    waiting: schedules,
    async fire(sqs, at) {
      const due = [...schedules].filter(([, schedule]) => schedule.at <= at);
      await sideBySide(due, 20, async ([name, { target }]) => {
        await sendTo(sqs, target.Arn.split(':').at(-1)!, target.Input);
        schedules.delete(name);
      });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

interface Target {
  readonly Arn: string;
  readonly Input: string;
}

const instantOf = ({ ScheduleExpression }: CreateScheduleCommandInput): number =>
  Date.parse(`${/^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(ScheduleExpression ?? '')?.[1]}Z`);

/** Why the service would not take it. */
function faultOf(name: string, input: CreateScheduleCommandInput, now: number): string | undefined {
  const { Target, FlexibleTimeWindow, ScheduleExpressionTimezone = 'UTC' } = input;
  if (!/^[0-9a-zA-Z-_.]{1,64}$/.test(name)) return 'Value at name failed to satisfy constraint';
  if (FlexibleTimeWindow?.Mode !== 'OFF') return 'FlexibleTimeWindow is required';
  if (!(instantOf(input) > now) || ScheduleExpressionTimezone !== 'UTC')
    return `Invalid Schedule Expression ${input.ScheduleExpression}.`;
  if (!/^arn:aws:sqs:[^:]+:\d{12}:.+$/.test(Target?.Arn ?? '')) return 'Provided Arn is not in correct format.';
  if (!/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(Target?.RoleArn ?? '')) return 'RoleArn does not match';
  const { MaximumEventAgeInSeconds = 60, MaximumRetryAttempts = 0 } = Target?.RetryPolicy ?? {};
  if (MaximumEventAgeInSeconds < 60 || MaximumEventAgeInSeconds > 86_400 || MaximumRetryAttempts > 185)
    return 'RetryPolicy';
  return undefined;
}

export async function sendTo(sqs: SQSClient, QueueName: string, MessageBody: string): Promise<void> {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}
