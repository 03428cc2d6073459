import { maxPageItems, pagesOf, PortError, reasonOf, type Page, type Stored } from '@portolan/kernel';
import { mayClose } from './buckets.ts';
import { handOver, type Standing } from './hand-over.ts';
import { afterDayOf, endOfBucket, sortUpTo } from './places.ts';
import { planPage } from './plan-page.ts';
import type { Works } from './portable-timer.ts';
import { openPartition, type OpenBucket, type Row } from './rows.ts';
import { reachOf } from './settings.ts';

/** How long a sweep that says nothing is left alone with its bucket. */
const claimMs = 45_000;
/** So much of a bucket's past is looked at again, for rows that were written late. */
const lookBackMs = 3_600_000;
/** Buckets that one sweep works on at a time. */
const atOnce = 8;

/** One sweep of one bucket. */
interface Work {
  readonly bucket: OpenBucket;
  readonly by: string;
  /** Timers before this sort key are within reach. */
  readonly to: string;
  claimed: boolean;
}

/** Hands the timers of the coming minutes to the queue, and sends again what seems lost. */
export class Sweep {
  readonly #works: Works;

  constructor(works: Works) {
    this.#works = works;
  }

  /**
   * Goes through the open buckets, those of the oldest day first. One that fails does not keep the others from their turn.
   *
   * @throws the first failure, when all had their turn.
   */
  async run(): Promise<void> {
    const { environment, port, sweepEveryMs, lookAhead } = this.#works;
    const upTo = environment.clock.now() + (lookAhead ? reachOf(sweepEveryMs) : 1);
    const buckets = (await this.#all(openPartition, '', afterDayOf(upTo))) as Stored<OpenBucket>[];
    const failures: unknown[] = [];
    const next = async (): Promise<void> => {
      for (let bucket = buckets.shift(); bucket !== undefined; bucket = buckets.shift()) {
        const { sort } = bucket.item;
        await this.#sweep(bucket, upTo).catch((error: unknown) => {
          environment.log.error('timers of a bucket could not be swept', {
            timer: port.name,
            bucket: sort,
            reason: reasonOf(error),
          });
          failures.push(error);
        });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, next));
    if (failures.length > 0) throw failures[0];
  }

  async #sweep({ item: bucket, version }: Stored<OpenBucket>, upTo: number): Promise<void> {
    const { environment, lostAfterMs, lookAhead } = this.#works;
    const partition = bucket.sort;
    const now = environment.clock.now();
    if (bucket.claim !== undefined && bucket.claim.until > now) return;
    const work: Work = { bucket, by: environment.ids.next(), to: sortUpTo(partition, upTo), claimed: false };
    const { handedTo, clearTo, setBack } = progressOf(bucket, now, upTo);
    if (setBack && !(await this.#claim(work))) return;
    let clear: string | undefined;
    let cursor: string | undefined;
    do {
      const page = await this.#page(partition, clearTo, work.to, cursor);
      cursor = page.cursor;
      const plan = planPage(page.items, { handedTo: lookAhead ? handedTo : '', now, lostAfterMs });
      clear ??= plan.firstStanding;
      if (plan.due.length > 0 && !(await this.#handOver(work, plan.due))) return;
    } while (cursor !== undefined);
    if (work.claimed) await this.#finish(work, clear ?? endOfBucket);
    else if (clear === undefined && mayClose(bucket, now)) await this.#close(partition, version);
  }

  /** @returns False where another sweep works on this bucket. */
  async #handOver(work: Work, due: readonly Standing[]): Promise<boolean> {
    if (!(await this.#claim(work))) return false;
    const accepted = await handOver(this.#works, due);
    if (accepted === due.length) {
      // Behind the last one, and before every other.
      await this.#note(work, `${due.at(-1)!.row.sort}${endOfBucket}`);
      return true;
    }
    await this.#note(work, due[accepted]!.row.sort, 'let go');
    throw new PortError('throttled', `${due.length - accepted} timers could not be handed to the queue`);
  }

  /** Keeps other sweeps from the bucket for a while. @returns False where one of them was first. */
  async #claim(work: Work): Promise<boolean> {
    if (work.claimed) return true;
    const { table, environment } = this.#works;
    const { sort, handedTo } = work.bucket;
    work.claimed = await table.update({ bucket: openPartition, sort }, (current) => {
      const known = current?.item as OpenBucket | undefined;
      const now = environment.clock.now();
      // One that has come further since this sweep read the bucket has handed over what this one was about to.
      if (known === undefined || (known.claim?.until ?? 0) > now || known.handedTo !== handedTo)
        return { result: false };
      return { write: { ...known, claim: { by: work.by, until: now + claimMs } }, result: true };
    });
    return work.claimed;
  }

  /** Notes how far this sweep has come. @throws {PortError} `conflict` where another one took the bucket over. */
  async #note({ bucket: { sort }, by }: Work, handedTo: string, andThen?: 'let go'): Promise<void> {
    const { table, environment } = this.#works;
    const kept = await table.update({ bucket: openPartition, sort }, (current) => {
      const known = current?.item as OpenBucket | undefined;
      if (known?.claim?.by !== by) return { result: false };
      const { claim: _claim, ...rest } = known;
      const claim = andThen === 'let go' ? {} : { claim: { by, until: environment.clock.now() + claimMs } };
      return {
        write: { ...rest, handedTo: handedTo > rest.handedTo ? handedTo : rest.handedTo, ...claim },
        result: true,
      };
    });
    if (!kept) throw new PortError('conflict', 'another sweep took the bucket over');
  }

  /** @param clear - No timer stands before it. */
  async #finish({ bucket: { sort }, by, to }: Work, clear: string): Promise<void> {
    const { table, environment } = this.#works;
    const seenTo = sortUpTo(sort, environment.clock.now() - lookBackMs);
    const clearTo = [clear, to, seenTo].reduce((least, one) => (one < least ? one : least));
    await table.update({ bucket: openPartition, sort }, (current) => {
      const known = current?.item as OpenBucket | undefined;
      if (known?.claim?.by !== by) return { result: undefined };
      const { claim: _done, ...rest } = known;
      return { write: { ...rest, handedTo: to, clearTo }, result: undefined };
    });
  }

  async #close(sort: string, version: string): Promise<void> {
    await this.#works.table.delete({ bucket: openPartition, sort }, { condition: { version } });
  }

  #page(partition: string, from: string, to: string, cursor?: string): Promise<Page<Stored<Row>>> {
    return this.#works.table.query({
      partition,
      ...(from === '' ? {} : { from }),
      to,
      limit: maxPageItems,
      ...(cursor === undefined ? {} : { cursor }),
    });
  }

  async #all(partition: string, from: string, to: string): Promise<Stored<Row>[]> {
    const found: Stored<Row>[] = [];
    for await (const items of pagesOf(({ cursor }) => this.#page(partition, from, to, cursor))) found.push(...items);
    return found;
  }
}

/** Where to begin in a bucket. A clock that was set back finds marks that lie ahead of it: they are moved back with it. */
function progressOf(
  { sort, handedTo, clearTo }: OpenBucket,
  now: number,
  upTo: number,
): Pick<OpenBucket, 'handedTo' | 'clearTo'> & { readonly setBack: boolean } {
  if (handedTo <= sortUpTo(sort, upTo)) return { handedTo, clearTo, setBack: false };
  const seenTo = sortUpTo(sort, now - lookBackMs);
  return { handedTo: sortUpTo(sort, now), clearTo: clearTo < seenTo ? clearTo : seenTo, setBack: true };
}
