import {
  maxSendEntries,
  packCarried,
  PortError,
  settle,
  unpackCarried,
  type Consumer,
  type DeadLetter,
  type DeadLetterOptions,
  type Environment,
  type Page,
  type Queue,
  type QueueEntry,
  type QueuePort,
  type Receiver,
  type SendOptions,
  sideBySide,
  type SendResult,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import type { TaskQueue } from './cloud-tasks.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { DedupeIds } from './dedupe-ids.ts';
import { arrivalOfTask, atOf, unansweredOf } from './arrivals.ts';
import { bodyText, NotTaken, type PushRequest } from './push-request.ts';
import { carriedOf } from './send-options.ts';

/** Tasks that one call creates at a time. */
const createdAtOnce = 50;

/** A queue over Cloud Tasks, which calls the function for each message. */
export class CloudTasksMessages implements Queue, Receiver<PushRequest, void> {
  readonly #port: QueuePort;
  readonly #tasks: TaskQueue;
  readonly #dead: DeadLetters;
  readonly #ids: DedupeIds | undefined;
  readonly #environment: Environment;

  /** @param ids - Needed where the port asks for `dedupe`. */
  constructor(
    port: QueuePort,
    tasks: TaskQueue,
    dead: DeadLetters,
    ids: DedupeIds | undefined,
    environment: Environment,
  ) {
    this.#port = port;
    this.#tasks = tasks;
    this.#dead = dead;
    this.#ids = ids;
    this.#environment = environment;
  }

  async send(message: unknown, options: SendOptions = {}): Promise<void> {
    await this.#send({ message, ...options });
  }

  async sendBatch(entries: readonly QueueEntry<unknown>[]): Promise<readonly SendResult[]> {
    if (entries.length > maxSendEntries) {
      const why = `${entries.length} messages in one batch; at most ${maxSendEntries} fit`;
      throw new PortError('invalid', `queue "${this.#port.name}": ${why}`);
    }
    // The first of those with one id is the one that is sent.
    const firsts = new Map<string, number>();
    for (const [index, { dedupeId }] of entries.entries())
      if (dedupeId !== undefined && !firsts.has(dedupeId)) firsts.set(dedupeId, index);
    const isFirst = ({ dedupeId }: QueueEntry<unknown>, index: number): boolean =>
      dedupeId === undefined || firsts.get(dedupeId) === index;
    const numbered = entries.map((entry, index) => ({ entry, index }));
    const sent = new Map<number, SendResult>();
    const firstOnes = numbered.filter(({ entry, index }) => isFirst(entry, index));
    await sideBySide(firstOnes, createdAtOnce, async ({ entry, index }) => {
      sent.set(
        index,
        await this.#send(entry).then(
          () => ({ kind: 'sent' }) as const,
          (error: Error) => ({ kind: 'failed', error }) as const,
        ),
      );
    });
    return numbered.map(({ entry, index }) => sent.get(index) ?? sent.get(firsts.get(entry.dedupeId!)!)!);
  }

  async deadLetters(options: DeadLetterOptions = {}): Promise<Page<DeadLetter<never>>> {
    return this.#dead.page(options);
  }

  async redrive({ limit = Infinity }: { readonly limit?: number } = {}): Promise<number> {
    return this.#told('redrive', () =>
      this.#dead.moveOut(limit, async ({ notBefore: _, ...carried }) => {
        await this.#tasks.create({ body: packCarried({ ...carried, attempts: 0 }) });
      }),
    );
  }

  /**
   * Takes one call of Cloud Tasks.
   *
   * @throws {NotTaken} where the message must come again by Cloud Tasks' own retries.
   */
  async receive(request: PushRequest, consumer: Consumer): Promise<void> {
    const text = bodyText(request);
    const carried = unpackCarried(text);
    if (carried === undefined) {
      this.#environment.log.error('a task that is no message was dropped', { queue: this.#port.name });
      return;
    }
    const arrival = arrivalOfTask(request, carried);
    if (arrival.unanswered !== undefined)
      return this.#dead.bury(unansweredOf(carried, arrival.unanswered, this.#environment.clock.now()));
    const [outcome] = settle([arrival], consumer, {
      retry: this.#port.retry,
      environment: this.#environment,
      outlet: {
        again: async (copy) => {
          await this.#tasks.create({ body: packCarried(copy), ...atOf(copy) });
          return 'sent';
        },
        bury: (dead) => this.#dead.bury(dead),
      },
    });
    if ((await outcome) === 'left') throw new NotTaken('the message could not be passed on');
  }

  async #send(entry: QueueEntry<unknown>): Promise<void> {
    const carried = carriedOf(this.#port, entry, this.#environment.clock.now(), this.#environment.ids);
    await this.#told('send', async () => {
      const { dedupeId } = entry;
      // Whoever comes with a known id makes sure that its task exists: the first sender may not have got that far.
      const name = dedupeId === undefined ? undefined : await this.#ids?.taskNameOf(dedupeId);
      await this.#tasks.create({
        body: packCarried(carried),
        ...atOf(carried),
        ...(name === undefined ? {} : { name }),
      });
    });
  }

  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `queue "${this.#port.name}": ${what}`);
    }
  }
}
