import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
  type CreateQueueCommandInput,
} from '@aws-sdk/client-sqs';
import type { Harness } from '@portolan/conformance';
import {
  visibilityOf,
  type ConsumeOptions,
  type Consumer,
  type ContractOf,
  type Environment,
  type MessagePort,
  type Port,
  type Receiver,
} from '@portolan/kernel';
import type { SqsQueueResource } from '../queue/queue-resource.ts';
import { clientConfig, engineEnvironment, freshService, patient, type AwsEngine } from './aws-engine.ts';
import { SqsTrigger } from './sqs-trigger.ts';

/** How a kind of port is had in one run: what has to exist, and the contract over it. */
export interface Service {
  readonly name: string;
  readonly sqs: SQSClient;
  readonly environment: Environment;
}

export interface Wiring {
  /** Makes what has to exist for a port. Called once for each. */
  create(service: Service, port: Port): Promise<void>;
  open(service: Service, port: Port): unknown;
  /** Makes what has to exist for a subscription, where there is one. @returns The URL of the queue that feeds the function. */
  source(service: Service, port: MessagePort, options: ConsumeOptions): Promise<string>;
}

/** Steps of a `pass`, at most: time moves by a second or more each. */
const maxSteps = 20;

/** Queues and topics over an engine that many harnesses share: each has a service, and so queues, of its own. */
export async function messagingHarness(engine: AwsEngine, wiring: Wiring): Promise<Harness> {
  const sqs = new SQSClient({ ...patient(), ...clientConfig(engine) });
  const service: Service = { name: freshService(), sqs, environment: engineEnvironment(engine) };
  const created = new Map<string, Promise<void>>();
  const triggers: SqsTrigger[] = [];
  const open = async <P extends Port>(port: P): Promise<ContractOf<P>> => {
    if (!created.has(port.name)) created.set(port.name, wiring.create(service, port));
    await created.get(port.name);
    return wiring.open(service, port) as ContractOf<P>;
  };
  const settle = async (): Promise<void> => {
    for (let came = true; came;) {
      came = (await Promise.all(triggers.map((trigger) => trigger.poll()))).includes(true);
      for (const trigger of triggers) await trigger.quiet();
    }
  };
  return {
    open,
    async consume(port: MessagePort, consumer: Consumer, given: Partial<ConsumeOptions> = {}) {
      const receiver = (await open(port)) as unknown as Receiver<never, never>;
      const defaults = { batchSize: 1, visibilityMs: visibilityOf(port), subscription: 'consumer', filter: {} };
      const options = { ...defaults, ...given };
      const queueUrl = await wiring.source(service, port, options);
      const trigger = new SqsTrigger({ client: sqs, queueUrl, receiver, consumer, options, now: () => engine.now() });
      triggers.push(trigger);
      return { stop: () => trigger.stop() };
    },
    now: () => engine.now(),
    async pass(durationMs) {
      await settle();
      const stepMs = Math.max(1_000, Math.ceil(durationMs / maxSteps));
      for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
        await engine.pass(Math.min(stepMs, leftMs));
        await settle();
      }
    },
    settle,
    // The engine's time is moved, and goes on with the machine's.
    patience: 3,
    async [Symbol.asyncDispose]() {
      for (const trigger of triggers) trigger.halt();
      await Promise.all(triggers.map((trigger) => trigger.quiet()));
      sqs.destroy();
    },
  };
}

/** Makes a queue with its dead letters. @returns Its URL and its ARN. */
export async function createQueue(sqs: SQSClient, { dead, main }: SqsQueueResource) {
  const create = async (input: CreateQueueCommandInput) => {
    const { QueueUrl: url } = await sqs.send(new CreateQueueCommand(input));
    const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] });
    return { url: url!, arn: (await sqs.send(asked)).Attributes!['QueueArn']! };
  };
  const deadQueue = await create(dead);
  return { ...(await create(main(deadQueue.arn))), deadArn: deadQueue.arn };
}
