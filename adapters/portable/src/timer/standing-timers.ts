import { encodeTimer, type Trace } from '@portolan/kernel';
import { Buckets } from './buckets.ts';
import { handOver, isLost, messageOf } from './hand-over.ts';
import { placeOf, type Place } from './places.ts';
import type { Works } from './portable-timer.ts';
import { newRow, type TimerRow } from './rows.ts';
import { nearOf, stallMs } from './settings.ts';

/** The timers of one port: setting and cancelling. */
export class StandingTimers {
  readonly #works: Works;
  readonly #buckets: Buckets;

  constructor(works: Works) {
    this.#works = works;
    this.#buckets = new Buckets(works.table, works.environment.clock);
  }

  async set(id: string, at: number, payload: unknown, { trace }: { readonly trace?: Trace } = {}): Promise<void> {
    const { port, table, queue, environment, sweepEveryMs, shards, lostAfterMs, lookAhead } = this.#works;
    const now = environment.clock.now();
    encodeTimer(port, id, at, payload, now);
    const place = placeOf(id, at, shards);
    const nearMs = nearOf(sweepEveryMs);
    const near = lookAhead && at < now + nearMs;
    const row: TimerRow = {
      ...newRow(place, { id, at, payload, trace }, environment.ids.next()),
      ...(near ? { lostAt: Math.max(at, now) + lostAfterMs } : {}),
    };
    const send = (): Promise<void> =>
      queue.send(messageOf(row), { delayMs: Math.min(nearMs, Math.max(0, at - environment.clock.now())) });
    // The message goes first: a row that says that it has one must never be without.
    await Promise.all([this.#buckets.open(place.bucket), ...(near ? [send()] : [])]);
    const { kind } = await table.put(row, { condition: 'absent' });
    if (kind === 'conflict') return this.#revive(place);
    // Where writing took this long, the sweep may have looked at the place before the row was there.
    const written = environment.clock.now();
    if (lookAhead && !near && written - now > stallMs / 2 && at < written + nearMs) await send();
  }

  async cancel(id: string, at: number): Promise<void> {
    const { table, shards } = this.#works;
    if (!Number.isSafeInteger(at)) return;
    await table.delete(placeOf(id, at, shards));
  }

  /** A timer that stands already is left alone, unless its message seems lost: its first setting may have ended half-way. */
  async #revive(place: Place): Promise<void> {
    const { table, environment, lostAfterMs } = this.#works;
    const stored = await table.get(place);
    if (stored?.item.kind !== 'timer') return;
    const timer = { row: stored.item, version: stored.version };
    if (isLost(timer.row, environment.clock.now(), lostAfterMs)) await handOver(this.#works, [timer]);
  }
}
