import { PoisonMessage, PortError, RetryLater, type Queue, type QueuePort, type SendOptions } from '@portolan/kernel';
import { altered, contracts, deliveries, forgetful, rejecting, type Mutants } from './mutant.ts';

const queue = contracts<Queue>;
const retry = (change: Partial<QueuePort['retry']>) =>
  queue(
    () => ({}),
    (port) => ({ retry: { ...(port as unknown as QueuePort).retry, ...change } }),
  );

const delayed = (port: object): boolean => (port as QueuePort).maxDelayMs > 0;
const unique = (port: object): boolean => (port as QueuePort).dedupe;
const ordered = (port: object): boolean => (port as QueuePort).ordered;
const withoutId = <O extends SendOptions>({ dedupeId: _, ...options }: O) => options;
let keys = 0;
const withAnyKey = <O extends SendOptions>(options: O) => ({ ...options, orderingKey: `key ${keys++}` });

const sendMutants: Mutants = {
  'a message is lost while another is being sent': queue((q) => {
    let underWay = 0;
    return {
      async send(message, options) {
        if (underWay > 0) return;
        underWay++;
        await q.send(message, options).finally(() => underWay--);
      },
    };
  }),
  'delays are ignored': queue((q, _, port) => ({
    send: (message, options = {}) => q.send(message, delayed(port) ? { ...options, delayMs: 0 } : options),
    sendBatch: (entries) => q.sendBatch(delayed(port) ? entries.map((entry) => ({ ...entry, delayMs: 0 })) : entries),
  })),
  'delays are a second too short': queue((q, _, port) => ({
    send: (message, options = {}) =>
      q
        .send(message, delayed(port) ? { ...options, delayMs: (options.delayMs ?? 0) - 1_000 } : options)
        .catch(() => q.send(message, options)),
  })),
  'undeclared delays are ignored': queue((q) => ({
    send: (message, options = {}) => q.send(message, options).catch(() => q.send(message, { ...options, delayMs: 0 })),
  })),
  'undeclared dedupe ids are ignored': queue((q) => ({
    send: (message, { dedupeId, ...options } = {}) =>
      q
        .send(message, { ...options, ...(dedupeId === undefined ? {} : { dedupeId }) })
        .catch(() => q.send(message, options)),
  })),
  'duplicates are sent': queue((q, _, port) => ({
    send: (message, options = {}) => q.send(message, unique(port) ? withoutId(options) : options),
  })),
  'duplicates inside a batch are sent': queue((q, _, port) => ({
    sendBatch: (entries) => q.sendBatch(unique(port) ? entries.map(withoutId) : entries),
  })),
  'ids are remembered for a minute': queue((q, base) => ({
    send: (message, { dedupeId, ...options } = {}) =>
      q.send(message, {
        ...options,
        ...(dedupeId === undefined ? {} : { dedupeId: `${dedupeId}/${Math.floor(base.now() / 60_000)}` }),
      }),
  })),
  'batches are sent in reverse': queue((q) => ({
    sendBatch: async (entries) => (await q.sendBatch(entries.toReversed())).toReversed(),
  })),
  'batches answer in reverse': queue((q) => ({
    sendBatch: async (entries) => (await q.sendBatch(entries)).toReversed(),
  })),
  'a batch fails as a whole': queue((q) => ({
    async sendBatch(entries) {
      const results = await q.sendBatch(entries);
      const failed = results.find((result) => result.kind === 'failed');
      if (failed !== undefined) throw failed.error;
      return results;
    },
  })),
  'a batch of any size is taken': queue((q) => ({
    sendBatch: async (entries) => [
      ...(await q.sendBatch(entries.slice(0, 1_000))),
      ...(await q.sendBatch(entries.slice(1_000))),
    ],
  })),
  'messages of any size are taken': queue(
    () => ({}),
    () => ({ maxMessageBytes: 1_000_000 }),
  ),
  'one byte less fits than declared': queue(
    () => ({}),
    (port) => ({ maxMessageBytes: (port as unknown as QueuePort).maxMessageBytes - 1 }),
  ),
  'everything is forgotten with the process': forgetful,
};

const deliveryMutants: Mutants = {
  'failed deliveries are taken for handled': rejecting(() => undefined),
  'a batch is failed as a whole': deliveries((consumer) => (batch) => {
    const all = Promise.all(consumer(batch));
    return batch.map(async () => void (await all));
  }),
  'batches are larger than asked for': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, batchSize: 50 }),
  }),
  'a handled message comes again': deliveries((consumer) => {
    const again = new Set<string>();
    return (batch) =>
      consumer(batch).map(async (answer, index) => {
        await answer;
        const { id } = batch[index]!;
        if (again.has(id)) return;
        again.add(id);
        throw new RetryLater(1_000);
      });
  }),
  'attempts are always 1': altered(() => ({ attempt: 1 })),
  'attempts begin at 0': altered(({ attempt }) => ({ attempt: attempt - 1 })),
  'ids change with each delivery': altered(({ id, attempt }) => ({ id: `${id}/${attempt}` })),
  'ids are all alike': altered(() => ({ id: 'message' })),
  'the instant is that of the delivery': altered((_, base) => ({ at: base.now() })),
  'traces are dropped': altered(() => ({ trace: undefined })),
  'correlation ids are dropped': altered(({ trace }) => ({ trace: trace && { ...trace, correlationId: '' } })),
  'unanswered deliveries never come again': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, visibilityMs: 1e15 }),
  }),
  'deliveries come again while they are handled': (base) => ({
    consume: (port, consumer, options) => base.consume(port, consumer, { ...options, visibilityMs: 2_000 }),
  }),
  'one unanswered delivery holds up all others': deliveries((consumer) => {
    let before: Promise<unknown> = Promise.resolve();
    return (batch) =>
      batch.map((delivery) => {
        const answer = before.then(() => consumer([delivery])[0]);
        before = answer.catch(() => undefined);
        return answer;
      });
  }),
  'ordering keys are ignored': queue((q, _, port) => ({
    send: (message, options = {}) => q.send(message, ordered(port) ? withAnyKey(options) : options),
    sendBatch: (entries) => q.sendBatch(ordered(port) ? entries.map(withAnyKey) : entries),
  })),
  'all ordering keys are one': queue((q) => ({
    sendBatch: (entries) =>
      q.sendBatch(
        entries.map(({ orderingKey, ...entry }) =>
          orderingKey === undefined ? entry : { ...entry, orderingKey: 'one' },
        ),
      ),
  })),
  'stopping waits for nothing': (base) => ({
    async consume(port, consumer, options) {
      const { stop } = await base.consume(port, consumer, options);
      return { stop: async () => void stop() };
    },
  }),
};

const failureMutants: Mutants = {
  'poison is tried again': rejecting((error) => (error instanceof PoisonMessage ? new Error(error.message) : error)),
  'what is unsupported is tried again': rejecting((error) =>
    error instanceof PortError ? new Error(error.message) : error,
  ),
  'asking for a later delivery is a failure': rejecting((error) =>
    error instanceof RetryLater ? new Error(error.message) : error,
  ),
  'a later delivery comes at once': rejecting((error) => (error instanceof RetryLater ? new RetryLater(0) : error)),
  'there is no backoff': retry({ baseMs: 0, capMs: 0 }),
  'the backoff is a minute': retry({ baseMs: 60_000, capMs: 60_000 }),
  'there is one attempt too many': retry({ maxAttempts: 4 }),
  'there is one attempt too few': retry({ maxAttempts: 2 }),
  'reasons are dropped': queue((q) => ({
    async deadLetters(options) {
      const page = await q.deadLetters(options);
      return { ...page, items: page.items.map((letter) => ({ ...letter, reason: '' })) };
    },
  })),
  'looking at dead letters takes them': queue((q) => {
    const seen = new Set<string>();
    return {
      async deadLetters(options) {
        const page = await q.deadLetters(options);
        const items = page.items.filter(({ id }) => !seen.has(id));
        for (const { id } of items) seen.add(id);
        return { ...page, items };
      },
    };
  }),
  'cursors of dead letters are ignored': queue((q) => ({
    deadLetters: ({ limit } = {}) => q.deadLetters(limit === undefined ? {} : { limit }),
  })),
  'redriven messages are lost': queue((q) => ({
    async redrive(options) {
      const { items } = await q.deadLetters(options);
      return items.length;
    },
  })),
  'redriving ignores its limit': queue((q) => ({ redrive: () => q.redrive() })),
  'redriving tells nothing': queue((q) => ({ redrive: async (options) => (await q.redrive(options)) * 0 })),
};

export const queueMutants: Mutants = { ...sendMutants, ...deliveryMutants, ...failureMutants };
