import type { ChannelPort } from '../channel.ts';
import type { Source } from '../embedded.ts';
import { encodeMessage, encodeTimer } from '../encode-message.ts';
import { PortError } from '../errors.ts';
import type { ObjectsPort } from '../objects.ts';
import type { Port } from '../port.ts';
import { dedupeWindowMs, defaultRetry, maxSendEntries, type Queue, type QueueEntry, type QueuePort } from '../queue.ts';
import { keysOfEdits, keysOfReads } from '../table-keys.ts';
import type { EditResult, Table, TablePort } from '../table.ts';
import type { Timer, TimerPort } from '../timer.ts';
import { matchesFilter, type Topic, type TopicFilter, type TopicPort } from '../topic.ts';
import { Mailbox } from './mailbox.ts';
import { MemoryChannel } from './memory-channel.ts';
import { MemoryObjects } from './memory-objects.ts';
import type { LinkRequest, LinkResponse } from './signed-links.ts';
import { TableState } from './table-state.ts';
import type { World } from './world.ts';

export interface MemoryPort {
  readonly contract: unknown;
  /** The process ended. */
  readonly crash: () => void;
  /** Of objects: answers a request on a signed URL; `undefined` where the URL is of another port. */
  readonly answer?: (request: LinkRequest) => LinkResponse | undefined;
}

/** The in-memory engine behind a port. @throws {TypeError} for a domain's own port: the test brings a double. */
export function openMemoryPort(port: Port, world: World): MemoryPort {
  switch (port.kind) {
    case 'table':
      return memoryTable(port as TablePort, world);
    case 'queue':
      return memoryQueue(port as unknown as QueuePort, world);
    case 'topic':
      return memoryTopic(port as unknown as TopicPort, world);
    case 'timer':
      return memoryTimer(port as unknown as TimerPort, world);
    case 'objects':
      return memoryObjects(port as ObjectsPort, world);
    case 'channel':
      return memoryChannel(port as ChannelPort, world);
    default:
      throw new TypeError(`port "${port.name}" is a domain's own: give the simulation a double for it`);
  }
}

function memoryTable(port: TablePort, world: World): MemoryPort {
  const state = new TableState(port);
  const now = (): number => world.now();
  const contract: Table<Record<string, unknown>, Record<string, string>> = {
    get: (key) => world.perform(() => state.get(key, now())),
    async getMany(keys) {
      await world.perform(() => keysOfReads(port, keys));
      return Promise.all(keys.map((key) => contract.get(key)));
    },
    put: (item, options) => world.perform(() => state.put(item, options, now())),
    delete: (key, options) => world.perform(() => state.delete(key, options, now())),
    update: (key, decide) => world.perform(() => state.update(key, decide, now())),
    increment: (key, by, options) => world.perform(() => state.increment(key, by, options, now())),
    transact: (writes) => world.perform(() => state.transact(writes, now())),
    // Anything may happen between two writes of one call: another writer's, or the end of the process.
    async writeMany(writes) {
      await world.perform(() => keysOfEdits(port, writes));
      return Promise.all(
        writes.map((write) => world.perform<EditResult>(() => state.edit(write, now())).catch(failedEdit)),
      );
    },
    query: (range) =>
      world.perform(() => state.query(world.strikes('shorten') ? { ...range, limit: 1 } : range, now())),
  };
  return { contract, crash() {} };
}

function failedEdit(error: unknown): EditResult {
  if (error instanceof PortError) return { kind: 'failed', error };
  throw error;
}

function memoryQueue(port: QueuePort, world: World): MemoryPort {
  const mailbox = new Mailbox(world, port.retry);
  const seen = new Map<string, number>();
  const accept = ({ message, delayMs = 0, dedupeId, orderingKey, trace }: QueueEntry<unknown>): void => {
    const json = encodeMessage(port, message, port.maxMessageBytes);
    checkSend(port, delayMs, dedupeId, orderingKey);
    const now = world.now();
    if (dedupeId !== undefined) {
      if (now - (seen.get(dedupeId) ?? -Infinity) < dedupeWindowMs) return;
      seen.set(dedupeId, now);
    }
    const key = port.ordered ? (orderingKey ?? '') : undefined;
    mailbox.add({ id: world.environment.ids.next(), json, at: now, visibleAt: now + delayMs, orderingKey: key, trace });
  };
  const contract: Queue & Source = {
    send: (message, options) => world.perform(() => accept({ ...options, message })),
    sendBatch: (entries) =>
      world.perform(() => {
        if (entries.length > maxSendEntries) {
          throw new PortError(
            'invalid',
            `queue "${port.name}": ${entries.length} entries in one batch; at most ${maxSendEntries} fit`,
          );
        }
        return entries.map((entry) => {
          try {
            accept(entry);
            return { kind: 'sent' };
          } catch (error) {
            return { kind: 'failed', error: error as Error };
          }
        });
      }),
    deadLetters: (options) =>
      world.perform(() => {
        const limit = options?.limit ?? 100;
        if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
          throw new PortError('invalid', `queue "${port.name}": limit must be an integer from 1 to 100, not ${limit}`);
        }
        const after = options?.cursor === undefined ? 0 : mailbox.dead.findIndex(({ id }) => id === options.cursor) + 1;
        if (options?.cursor !== undefined && after === 0)
          throw new PortError('invalid', `queue "${port.name}": unknown cursor`);
        const items = mailbox.dead.slice(after, after + limit);
        return { items, ...(after + limit < mailbox.dead.length ? { cursor: items.at(-1)!.id } : {}) };
      }),
    redrive: (options) =>
      world.perform(() => {
        const moved = mailbox.dead.splice(0, options?.limit ?? mailbox.dead.length);
        for (const { message } of moved) accept({ message });
        return moved.length;
      }),
    consume: async (consumer, options) => mailbox.consume(consumer, options),
  };
  return { contract, crash: () => mailbox.crash() };
}

function memoryTopic(port: TopicPort, world: World): MemoryPort {
  const subscriptions = new Map<string, { filter: TopicFilter; readonly mailbox: Mailbox }>();
  const contract: Topic & Source = {
    publish: (event, options) =>
      world.perform(() => {
        const json = encodeMessage(port, event, port.maxEventBytes);
        const now = world.now();
        for (const { filter, mailbox } of subscriptions.values()) {
          if (!matchesFilter(filter, event)) continue;
          mailbox.add({ id: world.environment.ids.next(), json, at: now, visibleAt: now, trace: options?.trace });
        }
      }),
    async consume(consumer, options) {
      const known = subscriptions.get(options.subscription);
      const subscription = known ?? { filter: options.filter, mailbox: new Mailbox(world, defaultRetry) };
      subscription.filter = options.filter;
      subscriptions.set(options.subscription, subscription);
      return subscription.mailbox.consume(consumer, options);
    },
  };
  return { contract, crash: () => subscriptions.forEach(({ mailbox }) => mailbox.crash()) };
}

function memoryTimer(port: TimerPort, world: World): MemoryPort {
  const mailbox = new Mailbox(world, port.retry);
  const place = (id: string, at: number): string => `${at}/${id}`;
  const contract: Timer & Source = {
    set: (id, at, payload, options) =>
      world.perform(() => {
        const json = encodeTimer(port, id, at, payload, world.now());
        if (!mailbox.has(place(id, at)))
          mailbox.add({ id: place(id, at), json, at, visibleAt: at, trace: options?.trace });
      }),
    cancel: (id, at) => world.perform(() => mailbox.remove(place(id, at))),
    // Inside, a timer is known by its id and instant; its handler sees the id that it was set with.
    consume: async (consumer, options) =>
      mailbox.consume(
        (batch) => consumer(batch.map((d) => ({ ...d, id: d.id.slice(d.id.indexOf('/') + 1) }))),
        options,
      ),
  };
  return { contract, crash: () => mailbox.crash() };
}

function memoryObjects(port: ObjectsPort, world: World): MemoryPort {
  const contract = new MemoryObjects(port, world);
  return { contract, crash: () => contract.crash(), answer: (request) => contract.answer(request) };
}

function memoryChannel(port: ChannelPort, world: World): MemoryPort {
  const contract = new MemoryChannel(port, world);
  return { contract, crash: () => contract.crash() };
}

/** @throws {PortError} `invalid` for options that the queue did not declare. */
function checkSend(
  port: QueuePort,
  delayMs: number,
  dedupeId: string | undefined,
  orderingKey: string | undefined,
): void {
  const refuse = (why: string): never => {
    throw new PortError('invalid', `queue "${port.name}": ${why}`);
  };
  if (!Number.isInteger(delayMs) || delayMs < 0 || delayMs > port.maxDelayMs) {
    refuse(`delayMs must be an integer from 0 to ${port.maxDelayMs}, not ${delayMs}`);
  }
  if (dedupeId !== undefined && !port.dedupe) refuse('a dedupeId needs a queue declared with `dedupe`');
  if (orderingKey !== undefined && !port.ordered) refuse('an orderingKey needs a queue declared with `ordered`');
}
