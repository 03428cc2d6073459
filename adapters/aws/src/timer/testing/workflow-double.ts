import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { sideBySide } from '@portolan/kernel';
import { StateMachine } from 'aws-local-stepfunctions';
import { waitDefinition, type WaitInput } from '../state-machine.ts';
import { jsonDouble, type Answer } from './json-double.ts';
import type { FiringDouble } from './scheduler-double.ts';

const error = (name: string, message: string): Answer => ({ kind: 'error', status: 400, name, message });

/** How long an execution of a standard workflow lives. @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const yearMs = 365 * 86_400_000;

interface Execution {
  readonly input: string;
  readonly startedAt: number;
  state: 'running' | 'ended';
}

/**
 * Step Functions, as far as the waiting workflow needs it: the calls are answered here, the workflow itself runs in
 * aws-local-stepfunctions, whose wait is over when it is over by the clock of the test.
 *
 * @param now - Its clock.
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (idempotence)
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
 */
export async function workflowDouble(now: () => number): Promise<FiringDouble> {
  const executions = new Map<string, Execution>();
  const start = ({ name, input, stateMachineArn }: Record<'name' | 'input' | 'stateMachineArn', string>): Answer => {
    if (!/^[\w.-]{1,80}$/.test(name)) return error('InvalidName', name);
    const arn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const known = executions.get(arn);
    if (known !== undefined && (known.state === 'ended' || known.input !== input))
      return error('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
    if (known === undefined) executions.set(arn, { input, startedAt: now(), state: 'running' });
    return { kind: 'ok', body: { executionArn: arn, startDate: now() / 1_000 } };
  };
  const server = await jsonDouble(({ target, body }) => {
    if (target === 'AWSStepFunctions.StartExecution') return start(body as never);
    if (target !== 'AWSStepFunctions.StopExecution') return error('UnknownOperationException', String(target));
    const { executionArn } = body as { readonly executionArn: string };
    const execution = executions.get(executionArn);
    if (execution === undefined) return error('ExecutionDoesNotExist', executionArn);
    execution.state = 'ended';
    return { kind: 'ok', body: { stopDate: now() / 1_000 } };
  });
  const running = () => [...executions].filter(([, { state }]) => state === 'running');
  return {
    port: server.port,
    get waiting() {
      return new Map(running());
    },
    async fire(sqs, at) {
      const due = running().filter(([, { input }]) => untilOf(input) <= at);
      await sideBySide(due, 20, async ([arn, execution]) => {
        if (untilOf(execution.input) - execution.startedAt > yearMs) throw new Error(`${arn} lived for over a year`);
        execution.state = 'ended';
        await run(execution.input, sqs);
      });
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const untilOf = (input: string): number => Date.parse((JSON.parse(input) as WaitInput).until);

let known: StateMachine | undefined;
function waitMachine(): StateMachine {
  // Checking a definition compiles a JSON schema for it, and this one never changes: it is made once, when first asked for.
  // The check does not know the ARNs of optimised integrations.
  known ??= new StateMachine(waitDefinition as never, { validationOptions: { checkArn: false } });
  return known;
}

async function run(input: string, sqs: SQSClient): Promise<void> {
  const execution = waitMachine().run(JSON.parse(input) as never, {
    overrides: {
      waitTimeOverrides: { Wait: 0 },
      taskResourceLocalHandlers: {
        Send: async (parameters) => (await sqs.send(new SendMessageCommand(parameters as never))) as never,
      },
    },
  });
  await execution.result;
}
