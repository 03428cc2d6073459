import {
  adapter,
  type Adapter,
  type Opening,
  type Part,
  type PlatformTrigger,
  type TriggerPlace,
} from '@portolan/composition';
import type { Queue, Receiver, TimerPort } from '@portolan/kernel';
import { atPort, duePort, openWakingTimer, type DueMessage, type TimerTable, type Waker } from '@portolan/portable';
import type { ContainerModule, ServiceIdentifier } from 'inversify';
import { sqsQueue } from '../queue/sqs-queue.ts';
import { dynamodbTable } from '../table/dynamodb-table.ts';
import { maxDelayMs } from './due-queue.ts';

/** Days' rows spread over so many partitions of the table, each of which writes 1,000 times a second. */
const shards = 16;

export interface WakingDeclaration<Guarantees extends object> {
  readonly name: string;
  readonly guarantees: Guarantees;
  readonly modules?: readonly ContainerModule[];
  readonly needs?: readonly ServiceIdentifier[];
  /** What it is built on besides the table and the queue. */
  readonly parts?: (port: TimerPort) => Readonly<Record<string, Part>>;
  /** What else calls the function besides the queue. */
  readonly triggers?: (place: TriggerPlace) => readonly PlatformTrigger[];
  readonly waker: (opening: WakingOpening, ...needs: never[]) => Waker;
  /** What it does with events that are none of the queue's. @returns `undefined` for those that are. */
  readonly receive?: (opening: WakingOpening) => (event: unknown) => Promise<unknown> | undefined;
}

export interface WakingOpening extends Opening<TimerPort> {
  readonly table: TimerTable;
  readonly queue: Queue<DueMessage>;
}

/**
 * What the timers of AWS have in common: DynamoDB knows which of them stand, an SQS queue fires them, retries them and
 * keeps their dead letters. They differ in what brings the message to the queue.
 */
export function wakingAdapter<const Guarantees extends object>(
  declaration: WakingDeclaration<Guarantees>,
): Adapter<'timer', 'aws', Guarantees> {
  const { name, guarantees, modules = [], needs = [], parts, triggers } = declaration;
  const dueQueue = sqsQueue();
  return adapter({
    kind: 'timer',
    cloud: 'aws',
    name,
    guarantees,
    modules,
    needs: needs as readonly ServiceIdentifier[] & [],
    parts: (port: TimerPort) => ({
      at: { port: atPort(port), adapter: dynamodbTable() },
      due: { port: duePort(port, maxDelayMs), adapter: dueQueue },
      ...parts?.(port),
    }),
    triggers: (place) => [
      ...dueQueue.triggers({ ...place, port: duePort(place.port as unknown as TimerPort, maxDelayMs) }),
      ...(triggers?.(place) ?? []),
    ],
    open: (opening: Opening<TimerPort>, ...given: readonly unknown[]) => {
      const [table, queue] = [opening.parts['at'] as TimerTable, opening.parts['due'] as Queue<DueMessage>];
      const { port, environment } = opening;
      const waking: WakingOpening = { ...opening, table, queue };
      const waker = declaration.waker(waking, ...(given as never[]));
      const timer = openWakingTimer({ port, environment, table, queue, waker, shards });
      const receive = declaration.receive?.(waking);
      if (receive === undefined) return timer;
      const receiver: Pick<Receiver, 'receive'> = {
        receive: (event, consumer, options) => receive(event) ?? timer.receive!(event, consumer, options),
      };
      return { ...timer, ...receiver };
    },
  });
}
