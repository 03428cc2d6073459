import type { Clock } from '@portolan/kernel';
import { endOf } from './places.ts';
import { openPartition, type OpenBucket, type TimerTable } from './rows.ts';

/** How long a bucket stays open after its last timer was set or was due: whoever sets one more has written it by then. */
const graceMs = 3_600_000;
/** How often a bucket that is past is noted to have been used. */
const touchEveryMs = graceMs / 6;
/** Names of buckets that one process remembers to be open. */
const maxRemembered = 10_000;

/**
 * Knows which buckets may hold timers. One is opened before the first timer is written into it and closed by the sweep
 * when it is past and empty, so that no bucket is forgotten, however long nothing runs.
 */
export class Buckets {
  readonly #table: TimerTable;
  readonly #clock: Clock;
  readonly #open = new Set<string>();
  #latest = 0;

  constructor(table: TimerTable, clock: Clock) {
    this.#table = table;
    this.#clock = clock;
  }

  /** Resolves when the bucket is open for long enough to write a timer into it. One that lies ahead is asked for once. */
  async open(bucket: string): Promise<void> {
    const now = this.#clock.now();
    // What was known to be open under a clock that has been set back since may have been closed under it.
    if (now < this.#latest - touchEveryMs) this.#open.clear();
    this.#latest = now;
    if (endOf(bucket) <= now) return this.#touch(bucket);
    if (this.#open.has(bucket)) return;
    await this.#table.put(this.#fresh(bucket), { condition: 'absent' });
    if (this.#open.size >= maxRemembered) this.#open.clear();
    this.#open.add(bucket);
  }

  /** A bucket that is past may be closed at any time, so nobody remembers it to be open. */
  async #touch(bucket: string): Promise<void> {
    await this.#table.update({ bucket: openPartition, sort: bucket }, (current) => {
      const fresh = this.#fresh(bucket);
      if (current === undefined) return { write: fresh, result: undefined };
      const known = current.item as OpenBucket;
      if (known.touchedAt + touchEveryMs > fresh.touchedAt) return { result: undefined };
      return { write: { ...known, touchedAt: fresh.touchedAt }, result: undefined };
    });
  }

  #fresh(bucket: string): OpenBucket {
    const touchedAt = this.#clock.now();
    return { kind: 'bucket', bucket: openPartition, sort: bucket, handedTo: '', clearTo: '', touchedAt };
  }
}

/** Whether nobody can be about to write a timer into the bucket. A day passes after its end before it is closed. */
export function mayClose({ sort, touchedAt }: OpenBucket, now: number): boolean {
  return endOf(sort) + 86_400_000 < now && touchedAt + graceMs < now;
}
