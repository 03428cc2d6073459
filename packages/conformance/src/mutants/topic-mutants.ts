import { PoisonMessage, type Topic } from '@portolan/kernel';
import { altered, contracts, deliveries, forgetful, rejecting, type Mutants } from './mutant.ts';

const topic = contracts<Topic>;

export const topicMutants: Mutants = {
  'filters are ignored': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, filter: {} }),
  }),
  'one field of a filter is enough': (base) => ({
    consume(port, consumer, options) {
      const [first] = Object.entries(options?.filter ?? {});
      return base.consume(port, consumer, { ...options, filter: first === undefined ? {} : { [first[0]]: first[1] } });
    },
  }),
  'the first value of a filter is the only one': (base) => ({
    consume(port, consumer, options) {
      const filter = Object.fromEntries(
        Object.entries(options?.filter ?? {}).map(([field, values]) => [field, values?.slice(0, 1)]),
      );
      return base.consume(port, consumer, { ...options, filter });
    },
  }),
  'filters do not regard case': (base) => ({
    async consume(port, consumer, options) {
      const filter = Object.fromEntries(
        Object.entries(options?.filter ?? {}).map(([field, values = []]) => [
          field,
          values.flatMap((v) => [v, v[0]!.toUpperCase() + v.slice(1)]),
        ]),
      );
      return base.consume(port, consumer, { ...options, filter });
    },
  }),
  'subscriptions compete for events': (base) => {
    const taken = new Map<string, string>();
    return {
      consume: (port, consumer, options) =>
        base.consume(
          port,
          (batch) =>
            batch.map(async (delivery) => {
              const name = options?.subscription ?? '';
              const text = JSON.stringify(delivery.message);
              if (!taken.has(text)) taken.set(text, name);
              if (taken.get(text) === name) await consumer([delivery])[0];
            }),
          options,
        ),
    };
  },
  'events wait for whoever comes first': (base) => ({
    async open(port) {
      const stopped = await base.consume(port as never, () => [], { subscription: 'late' });
      await stopped.stop();
      return base.open(port);
    },
  }),
  'a subscription ends with its consumer': (base) => {
    let stops = 0;
    return {
      async consume(port, consumer, options) {
        const { stop } = await base.consume(port, consumer, {
          ...options,
          subscription: `${options?.subscription}/${stops}`,
        });
        return {
          async stop() {
            stops++;
            await stop();
          },
        };
      },
    };
  },
  'everything is forgotten with the process': forgetful,
  'failed events are taken for handled': rejecting(() => undefined),
  'poison is tried again': rejecting((error) => (error instanceof PoisonMessage ? new Error(error.message) : error)),
  'an event is handled only when every subscription handles it': (base) => {
    const failing = new Set<string>();
    return deliveries(
      (consumer) => (batch) =>
        consumer(batch).map(async (answer, index) => {
          const text = JSON.stringify(batch[index]!.message);
          await answer.catch((error: unknown) => {
            failing.add(text);
            throw error;
          });
          if (failing.has(text)) throw new Error('another subscription failed');
        }),
    )(base);
  },
  'one subscription that does not answer holds up all': (base) => {
    let before: Promise<unknown> = Promise.resolve();
    return deliveries(
      (consumer) => (batch) =>
        batch.map((delivery) => {
          const answer = before.then(() => consumer([delivery])[0]);
          before = answer.catch(() => undefined);
          return answer;
        }),
    )(base);
  },
  'attempts are always 1': altered(() => ({ attempt: 1 })),
  'traces are dropped': altered(() => ({ trace: undefined })),
  'ids change with each delivery': altered(({ id, attempt }) => ({ id: `${id}/${attempt}` })),
  'the instant is that of 1970': altered(() => ({ at: 0 })),
  'events of any size are taken': topic(
    () => ({}),
    () => ({ maxEventBytes: 1_000_000 }),
  ),
  'an event is lost now and then': topic((t) => {
    let published = 0;
    return { publish: async (event, options) => (++published % 3 === 0 ? undefined : t.publish(event, options)) };
  }),
};
