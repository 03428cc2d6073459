import {
  judgeFailure,
  PoisonMessage,
  reasonOf,
  RetryLater,
  type Consumer,
  type Delivery,
  type Environment,
  type Stored,
  type TimerPort,
} from '@portolan/kernel';
import { endFiring, failFiring, markEnd } from './firing-rows.ts';
import { judgeDue } from './judge-due.ts';
import type { DueMessage, Row, TimerRow, TimerTable } from './rows.ts';

export interface FiringOptions {
  readonly port: TimerPort;
  readonly table: TimerTable;
  readonly environment: Pick<Environment, 'clock' | 'random' | 'log'>;
  /** A message that is this late counts as lost, in milliseconds; `Infinity` where nobody looks for them. */
  readonly lostAfterMs: number;
  /**
   * Brings a message that came early back when it is due; the one that came is then done with. Left out, the queue is
   * asked to deliver it again by then.
   */
  readonly early?: (due: { readonly message: DueMessage; readonly at: number }) => Promise<void>;
}

/** A timer that is about to fire. */
export interface Firing {
  readonly row: TimerRow;
  readonly version: string;
  readonly attempt: number;
}

type Step =
  | { readonly kind: 'fire'; readonly firing: Firing }
  | { readonly kind: 'drop' }
  | { readonly kind: 'refuse'; readonly error: Error };

/** How long to wait after the table failed: no attempt is used up. */
const tableRetryMs = 1_000;

/**
 * Wraps the consumer of a timer for the queue that its messages come through: looks whether each timer still stands, hands
 * on those that do, and removes them once they were handled.
 */
export function firing(consumer: Consumer, options: FiringOptions): Consumer {
  return (batch) => {
    const steps = prepare(batch as readonly Delivery<DueMessage>[], options);
    const answers = steps.then((all) => {
      const firings = all.flatMap((step) => (step.kind === 'fire' ? [step.firing] : []));
      const given = firings.length === 0 ? [] : consumer(firings.map(deliveryOf));
      return new Map(firings.map((one, index) => [one, given[index]!]));
    });
    return batch.map(async (_, index) => {
      const step = (await steps)[index]!;
      if (step.kind === 'refuse') throw step.error;
      if (step.kind === 'fire') await conclude(step.firing, (await answers).get(step.firing)!, options);
    });
  };
}

async function prepare(batch: readonly Delivery<DueMessage>[], options: FiringOptions): Promise<readonly Step[]> {
  const later = (error: unknown): Step => {
    options.environment.log.warn('a timer could not be looked up; it fires a little later', {
      timer: options.port.name,
      reason: reasonOf(error),
    });
    return { kind: 'refuse', error: putOff(options) };
  };
  let rows: readonly (Stored<Row> | undefined)[];
  try {
    rows = await lookUp(batch, options.table);
  } catch (error) {
    return batch.map(() => later(error));
  }
  const taken = new Set<string>();
  return Promise.all(
    batch.map((delivery, index) => {
      const { bucket, sort, life, resent } = delivery.message;
      const name = [bucket, sort, life, resent].join('/');
      // Of two copies in one call the first speaks for both.
      if (taken.has(name)) return { kind: 'drop' } as const;
      taken.add(name);
      return prepareOne(delivery, rows[index], options).catch(later);
    }),
  );
}

function lookUp(
  batch: readonly Delivery<DueMessage>[],
  table: TimerTable,
): Promise<readonly (Stored<Row> | undefined)[]> {
  const keys = batch.map(({ message: { bucket, sort } }) => ({ bucket, sort }));
  return keys.length === 1 ? table.get(keys[0]!).then((row) => [row]) : table.getMany(keys);
}

async function prepareOne(
  delivery: Delivery<DueMessage>,
  stored: Stored<Row> | undefined,
  options: FiringOptions,
): Promise<Step> {
  const { port, environment } = options;
  const verdict = judgeDue(delivery, stored?.item, environment.clock.now(), port.retry.maxAttempts);
  switch (verdict.kind) {
    case 'stale':
      return { kind: 'drop' };
    case 'early':
      if (options.early === undefined) {
        const delayMs = verdict.at - environment.clock.now();
        return { kind: 'refuse', error: new RetryLater(delayMs, 'the timer is not due yet') };
      }
      await options.early({ message: delivery.message, at: verdict.at });
      return { kind: 'drop' };
    case 'later':
      return { kind: 'refuse', error: new RetryLater(verdict.delayMs, verdict.reason) };
    case 'dead':
      return { kind: 'refuse', error: new PoisonMessage(verdict.reason) };
    case 'fire': {
      const { row, mark } = verdict;
      const { attempt } = delivery;
      if (mark === undefined) return { kind: 'fire', firing: { row, version: stored!.version, attempt } };
      const marked = await markEnd({ row, version: stored!.version, attempt }, mark, options);
      return marked === undefined
        ? { kind: 'refuse', error: putOff(options) }
        : { kind: 'fire', firing: { ...marked, attempt } };
    }
  }
}

const deliveryOf = ({ row, attempt }: Firing): Delivery => ({
  id: row.id,
  message: row.payload,
  attempt,
  at: row.at,
  ...(row.trace === undefined ? {} : { trace: row.trace }),
});

/** Sees to the row when a firing was answered, before the queue is told. */
async function conclude(firing: Firing, answer: Promise<void>, options: FiringOptions): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const failure = judgeFailure(error, firing.attempt, options.port.retry.maxAttempts);
    const noted = await failFiring(firing, failure, options);
    // What must not come again is given up only when its row says so.
    if (!noted && failure.kind === 'dead') throw putOff(options);
    throw error;
  }
  try {
    await endFiring(firing, options);
  } catch (error) {
    options.environment.log.warn('a timer was handled but its row could not be deleted; it fires once more', {
      timer: options.port.name,
      reason: reasonOf(error),
    });
    throw putOff(options);
  }
}

const putOff = ({ environment }: FiringOptions): RetryLater =>
  new RetryLater(
    Math.ceil(tableRetryMs * (1 + environment.random.next())),
    'the table behind the timer did not answer',
  );
