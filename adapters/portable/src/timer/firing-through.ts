import type { Consumer, ConsumeOptions, Queue, Receiver, Source } from '@portolan/kernel';
import { firing, type FiringOptions } from './firing.ts';
import { duePort, type DueMessage } from './rows.ts';

/** How timers fire whose messages come through a queue: as its own do, seen to by {@link firing} before and after. */
export function firingThrough(queue: Queue<DueMessage>, options: FiringOptions): Partial<Receiver & Source> {
  const { visibilityMs } = duePort(options.port, 0);
  const { receive, consume } = queue as Partial<Receiver & Source>;
  return {
    ...(receive === undefined
      ? {}
      : {
          receive: (event: unknown, consumer: Consumer, given: ConsumeOptions) =>
            receive.call(queue, event, firing(consumer, options), { ...given, visibilityMs }),
        }),
    ...(consume === undefined
      ? {}
      : {
          consume: (consumer: Consumer, given: ConsumeOptions) =>
            consume.call(queue, firing(consumer, options), { ...given, visibilityMs }),
        }),
  };
}
