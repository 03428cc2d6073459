import type { Opening } from '@portolan/composition';
import {
  encodeTimer,
  reasonOf,
  type Queue,
  type Receiver,
  type Source,
  type Timer,
  type TimerPort,
} from '@portolan/kernel';
import { firingThrough } from './firing-through.ts';
import { messageOf } from './hand-over.ts';
import { placeOf } from './places.ts';
import { newRow, type DueMessage, type TimerRow, type TimerTable } from './rows.ts';

/** What brings a timer's message to the queue when its instant has come: a scheduler, a workflow, the queue itself. */
export interface Waker {
  /**
   * Sees to it that the message comes at the instant or later. Once this resolves, it comes whatever crashes. Asked once
   * for each life of a timer, but for retries.
   */
  wake(due: DueCall): Promise<void>;
  /**
   * Sees to it that a message that came early comes again. Left out, the queue is asked to deliver it again by then.
   */
  wakeAgain?(due: DueCall): Promise<void>;
  /** Lets the message be, where that can still be done. It does no harm when it comes. */
  forget(due: DueCall): Promise<void>;
}

/** One message that a timer waits for. */
export interface DueCall {
  readonly message: DueMessage;
  /** Milliseconds since 1970; may be past. */
  readonly at: number;
}

export interface WakingWorks extends Pick<Opening<TimerPort>, 'port' | 'environment'> {
  readonly table: TimerTable;
  readonly queue: Queue<DueMessage>;
  readonly waker: Waker;
  /** Spreads the rows of a day over so many partitions of the table. */
  readonly shards: number;
}

/**
 * Timers that somebody else wakes. The table says which of them stand, with what they carry; messages of the queue fire
 * them, as `portableTimer`'s do. Nothing looks through the table: a message that its waker loses is lost.
 */
export function openWakingTimer(works: WakingWorks): Timer & Partial<Receiver & Source> {
  const { port, environment, table, queue, waker, shards } = works;
  const letBe = async (row: TimerRow): Promise<void> => {
    await waker.forget({ message: messageOf(row), at: row.at }).catch((error: unknown) => {
      environment.log.info('the call of a timer that is gone could not be taken back; it will do nothing', {
        timer: port.name,
        reason: reasonOf(error),
      });
    });
  };
  return {
    async set(id, at, payload, { trace } = {}) {
      encodeTimer(port, id, at, payload, environment.clock.now());
      const place = placeOf(id, at, shards);
      if ((await table.get(place)) !== undefined) return;
      const row = newRow(place, { id, at, payload, trace }, environment.ids.next());
      // The call goes first: a row must never stand that nobody calls.
      await waker.wake({ message: messageOf(row), at });
      const { kind } = await table.put(row, { condition: 'absent' });
      if (kind === 'conflict') await letBe(row);
    },
    async cancel(id, at) {
      if (!Number.isSafeInteger(at)) return;
      const place = placeOf(id, at, shards);
      const stored = await table.get(place);
      if (stored?.item.kind !== 'timer') return;
      await table.delete(place);
      await letBe(stored.item);
    },
    ...firingThrough(queue, {
      port,
      table,
      environment,
      lostAfterMs: Infinity,
      ...(waker.wakeAgain === undefined ? {} : { early: (due: DueCall) => waker.wakeAgain!(due) }),
    }),
  };
}
