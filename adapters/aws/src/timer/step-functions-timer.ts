import {
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  StartExecutionCommand,
  StopExecutionCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DueCall, Waker } from '@portolan/portable';
import { sqsModule, sqsToken } from '../clients/sqs.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { callName } from './call-name.ts';
import { DueQueue } from './due-queue.ts';
import { nearWaker } from './queue-waker.ts';
import { sfnModule, sfnToken } from './sfn-client.ts';
import { stateMachineName, type WaitInput } from './state-machine.ts';
import { nextStop } from './wait-stops.ts';
import { wakingAdapter, type WakingOpening } from './waking-adapter.ts';

export interface StepFunctionsTimerOptions {
  /** @default the state machine of the name that `waitStateMachine` gives, in the account and region of the queue */
  readonly stateMachineArn?: string;
  /** Nearer than this a timer waits in the queue, in milliseconds; 1 s to 15 min. @default 1 min */
  readonly nearMs?: number;
}

/**
 * Timers that are an execution of a waiting workflow each: Step Functions waits, exactly to the second, and sends to the
 * queue that fires them. A standard workflow lives for a year at most; what lies further ahead is sent on from stop to
 * stop. By far the dearest way: two state transitions and more a timer. What is due within `nearMs` waits in the queue.
 *
 * - A million executions may be open in an account and region, and 150 to 300 started a second; both can be raised.
 *   See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 * - An execution is named for its timer's life and its stop: starting it twice starts it once.
 */
export const stepFunctionsTimer = (options: StepFunctionsTimerOptions = {}) =>
  wakingAdapter({
    name: 'stepFunctionsTimer',
    guarantees: { prompt: true } as const,
    modules: [sfnModule, sqsModule],
    needs: [sfnToken, sqsToken],
    waker: (opening, sfn: SFNClient, sqs: SQSClient) =>
      workflowWaker(opening, sfn, new DueQueue(sqs, opening), options),
  });

function workflowWaker(
  { service, port, queue, environment: { clock } }: WakingOpening,
  client: SFNClient,
  due: DueQueue,
  { stateMachineArn, nearMs }: StepFunctionsTimerOptions,
): Waker {
  const near = nearWaker(queue, clock, nearMs);
  const what = `timer "${port.name}"`;
  const arn = async (): Promise<string> =>
    stateMachineArn ?? machineIn(await due.arn(), stateMachineName(service, port.name));
  const nameOf = (call: DueCall, stop: number): string => `${callName(call.message)}.${stop}`;

  const wake = async (call: DueCall): Promise<void> => {
    if (near.has(call)) return near.wake(call);
    const { until, stop } = nextStop(call.at, clock.now());
    const input: WaitInput = {
      until: new Date(Math.ceil(until / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
      queueUrl: await due.url(),
      // Where it stops before its instant, it must not be put off by the queue: it goes on by the next workflow.
      body: due.body({ ...call, at: until }),
    };
    const command = new StartExecutionCommand({
      stateMachineArn: await arn(),
      name: nameOf(call, stop),
      input: JSON.stringify(input),
    });
    try {
      await client.send(command);
    } catch (error) {
      // A call of before was answered to nobody; its input holds another instant of sending.
      if (!(error instanceof ExecutionAlreadyExists)) throw portErrorOf(error, what);
    }
  };
  return {
    wake,
    wakeAgain: wake,
    async forget(call) {
      const { stop } = nextStop(call.at, clock.now());
      const execution = (await arn()).replace(':stateMachine:', ':execution:');
      const command = new StopExecutionCommand({ executionArn: `${execution}:${nameOf(call, stop)}` });
      try {
        await client.send(command);
      } catch (error) {
        // It has ended, or never was one.
        if (!(error instanceof ExecutionDoesNotExist)) throw portErrorOf(error, what);
      }
    },
  };
}

function machineIn(queueArn: string, name: string): string {
  const [, partition, , region, account] = queueArn.split(':');
  return `arn:${partition}:states:${region}:${account}:stateMachine:${name}`;
}
