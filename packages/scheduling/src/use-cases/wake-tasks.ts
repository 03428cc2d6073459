import { continueTrace, type BatchHandler, type Context, type Delivery, type Trace } from '@portolan/kernel';
import { beginAttempt, beginOccurrence, finishAttempt, type AttemptOutcome } from '../decide.ts';
import { deliverRun } from '../deliver.ts';
import { groupKey, isLimited } from '../groups.ts';
import type { Group, Wakeup } from '../ports.ts';
import { readTasks, saveTasks, setPlan } from '../store.ts';
import type { Run, Task } from '../task.ts';
import { countVerdicts, recordAttempt, tallyStarts } from './attempt-run.ts';
import { wakeTask, type wakeGrants, type WakePorts } from './wake-task.ts';

type Alone = Parameters<BatchHandler<Wakeup, typeof wakeGrants>>[3];
type Due = Extract<Wakeup, { kind: 'due' }>;

/** A wake-up on its way through the batch, and the promise that answers it. */
interface Firing {
  readonly delivery: Delivery<Wakeup>;
  readonly message: Due;
  readonly answer: PromiseWithResolvers<void>;
}

/** The task as begun, with the attempt, over the version it was decided on. */
interface Begun extends Firing {
  readonly task: Task;
  readonly run: Run;
  readonly version: string;
}

interface Delivered extends Begun {
  readonly startedAt: number;
  readonly outcome: AttemptOutcome;
}

/**
 * Does what many wake-ups were set for. Due occurrences take the same steps as in {@link wakeTask}, each step for all of
 * them at once; whatever is not plain (a group with limits, another writer, a failure to be tried again) leaves the batch
 * and goes on there, by itself. A delivery that is slow or fails keeps no other waiting.
 */
export const wakeTasks: BatchHandler<Wakeup, typeof wakeGrants> = (batch, ports, context, alone) => {
  const [only] = batch;
  if (only !== undefined && batch.length === 1) return [wakeTask(only, ports, context)];
  const firings: Firing[] = [];
  const named = new Set<string>();
  const answers = batch.map((delivery) => {
    const { message } = delivery;
    // A second wake-up of one task must see what comes of the first.
    if (message.kind !== 'due' || named.has(message.task)) return wakeTask(delivery, ...alone(delivery));
    named.add(message.task);
    const answer = Promise.withResolvers<void>();
    firings.push({ delivery, message, answer });
    return answer.promise;
  });
  new Together(ports, context, alone).fire(firings).catch((error: unknown) => {
    for (const { answer } of firings) answer.reject(error);
  });
  return answers;
};

class Together {
  readonly #ports: WakePorts;
  readonly #context: Context;
  readonly #alone: Alone;
  /** Runs that were delivered and not written down yet. */
  #delivered: Delivered[] = [];
  #recording = false;

  constructor(ports: WakePorts, context: Context, alone: Alone) {
    this.#ports = ports;
    this.#context = context;
    this.#alone = alone;
  }

  /** Rejects where a step fails for all: those that have not been answered then come again. */
  async fire(firings: readonly Firing[]): Promise<void> {
    const begun = await this.#begin(firings);
    const now = this.#context.clock.now();
    const planned = await this.#setPlans(begun, now);
    const leased = await this.#lease(planned, now);
    if (leased.length === 0) return;
    tallyStarts(leased, now, this.#ports, this.#context);
    for (const one of leased) void this.#deliver(one, now);
  }

  /** Reads the tasks, and begins what is due of them. */
  async #begin(firings: readonly Firing[]): Promise<readonly Begun[]> {
    const { tasks, groups } = this.#ports;
    const stored = await readTasks(
      tasks,
      firings.map(({ message }) => message.task),
    );
    const names = [...new Set(stored.flatMap((one) => (one === undefined ? [] : [one.task.group])))];
    const settings = await groups.getMany(names.map(groupKey));
    const groupOf = new Map(names.map((name, index) => [name, settings[index]?.item]));
    return firings.flatMap((firing, index) => {
      const one = stored[index];
      const begun = one && this.#beginOne(one.task, firing.delivery.id, groupOf.get(one.task.group));
      if (begun !== undefined) return [{ ...firing, ...begun, version: one!.version }];
      this.#leave(firing);
      return [];
    });
  }

  /** @returns Nothing where the occurrence is not plainly to be delivered now. */
  #beginOne(
    task: Task,
    timer: string,
    group: Group | undefined,
  ): { readonly task: Task; readonly run: Run } | undefined {
    const { clock, ids, random } = this.#context;
    const now = clock.now();
    if (task.next?.timer !== timer || task.paused || now < task.next.dueAt) return undefined;
    if (group !== undefined && (group.paused || isLimited(group))) return undefined;
    const begun = beginOccurrence(task, now, { timer: ids.next(), draw: random.next() });
    const permit = begun.run && beginAttempt(begun.task, begun.run.id, now);
    return permit?.kind === 'go' ? permit : undefined;
  }

  /** Sets the timers of what follows, where anything does. @returns Without those for which that failed. */
  async #setPlans(begun: readonly Begun[], now: number): Promise<readonly Begun[]> {
    const failed = new Set<Begun>();
    const recurring = begun.filter(({ task }) => task.next !== undefined);
    await Promise.all(
      recurring.map((one) =>
        setPlan(this.#ports.wakeups, one.task, now, this.#traceOf(one.delivery)).catch((error: unknown) => {
          failed.add(one);
          one.answer.reject(error);
        }),
      ),
    );
    return failed.size === 0 ? begun : begun.filter((one) => !failed.has(one));
  }

  /** Webhooks are preceded by the write that holds the lease; events are published first, as `attemptRun` does. */
  async #lease(begun: readonly Begun[], now: number): Promise<readonly Begun[]> {
    const webhooks = begun.filter(({ task }) => task.target.kind === 'webhook');
    const leased = await this.#write(webhooks, now, (one) => this.#leave(one));
    return webhooks.length === begun.length
      ? leased
      : [...leased, ...begun.filter(({ task }) => task.target.kind === 'topic')];
  }

  async #deliver(one: Begun, startedAt: number): Promise<void> {
    try {
      const trace = one.task.target.kind === 'topic' ? this.#traceOf(one.delivery) : this.#context.trace;
      const outcome = await deliverRun(one.task, one.run, this.#ports, trace);
      this.#delivered.push({ ...one, startedAt, outcome });
      if (!this.#recording) await this.#record();
    } catch (error) {
      one.answer.reject(error);
    }
  }

  /** Writes down what came of deliveries: together, those that have ended since the last time. */
  async #record(): Promise<void> {
    this.#recording = true;
    while (this.#delivered.length > 0) {
      // Others end in the same turn.
      await undefined;
      const delivered = this.#delivered;
      this.#delivered = [];
      await this.#recordAll(delivered).catch((error: unknown) => {
        for (const { answer } of delivered) answer.reject(error);
      });
    }
    this.#recording = false;
  }

  async #recordAll(delivered: readonly Delivered[]): Promise<void> {
    const now = this.#context.clock.now();
    const ended = delivered.flatMap((one) => {
      const finished = finishAttempt(one.task, one.run.id, one.startedAt, now, one.outcome, 0);
      if (finished?.verdict === 'succeeded' && finished.released === undefined)
        return [{ ...one, task: finished.task, finished, known: one }];
      this.#recordAlone(one, one);
      return [];
    });
    const written = await this.#write(ended, now, ({ known }) => this.#recordAlone(known, undefined));
    const all = written.map(({ finished }) => finished);
    void countVerdicts(all, this.#context.random.next(), this.#ports, this.#context).then(() => {
      for (const { answer } of written) answer.resolve();
    });
  }

  /**
   * Writes tasks at the versions they were decided on.
   *
   * @returns Those that were written, over their new versions.
   */
  async #write<One extends Begun>(
    all: readonly One[],
    now: number,
    onConflict: (one: One) => void,
  ): Promise<readonly One[]> {
    if (all.length === 0) return [];
    const results = await saveTasks(this.#ports.tasks, all, now);
    return all.flatMap((one, index) => {
      const result = results[index]!;
      if (result.kind === 'written') return [{ ...one, version: result.version }];
      if (result.kind === 'failed') one.answer.reject(result.error);
      else onConflict(one);
      return [];
    });
  }

  /** Goes on by itself, from the beginning. */
  #leave({ delivery, answer }: Firing): void {
    answer.resolve(wakeTask(delivery, ...this.#alone(delivery)));
  }

  /** Writes down by itself what came of a delivery. @param known - Absent where another writer came between. */
  #recordAlone(one: Delivered, known: Begun | undefined): void {
    const { delivery, task, run, startedAt, outcome, answer } = one;
    const [ports, context] = this.#alone(delivery);
    const record = async (): Promise<void> => {
      const recorded = await recordAttempt(known, task.id, run.id, startedAt, outcome, ports, context);
      // As in `attemptRun`: whoever wrote before the event's run was written has not seen it.
      if (!recorded && task.target.kind === 'topic') await wakeTask(delivery, ports, context);
    };
    answer.resolve(record());
  }

  #traceOf({ trace }: Delivery): Trace {
    return continueTrace(trace, this.#context.random);
  }
}
