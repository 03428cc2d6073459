import {
  inTime,
  visibilityOf,
  type ConsumeOptions,
  type Consumer,
  type MessagePort,
  type Schedule,
} from '@portolan/kernel';

/**
 * What a host hands to the adapter behind a port: a consumer that always answers, as one without an answer in time counts
 * as failed, and the options of the function.
 *
 * @param given - @default single deliveries, the port's own limit, no filter
 */
export function asHosted(
  port: MessagePort,
  consumer: Consumer,
  given: Partial<ConsumeOptions>,
  { now, schedule }: { readonly now: () => number; readonly schedule: Schedule },
): [Consumer, ConsumeOptions] {
  const visibilityMs = visibilityOf(port);
  const options = { batchSize: 1, visibilityMs, subscription: 'consumer', filter: {}, ...given };
  return [(batch) => inTime(consumer(batch), now() + options.visibilityMs, schedule), options];
}
