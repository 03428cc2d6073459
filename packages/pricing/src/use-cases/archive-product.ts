import { chunks, firstOf, pagesOf, seconds, sideBySide, type Context, type Granted } from '@portolan/kernel';
import { objectKey, readText, writeText, type ArchivedText, type Compress } from '../archive/archive-object.ts';
import { decodeNode, encodeNode } from '../archive/node-text.ts';
import { History, inOrder, overlay, parentPartition, unionOf } from '../archive/history.ts';
import { afterAllIn, intervalOf, nameAround } from '../archive/interval-name.ts';
import { archiveLevels, parentLevel, type ArchiveLevel } from '../interval.ts';
import { decodeLines, encodeLines } from '../minute-lines.ts';
import { archive, marks, products, retirements, revisions, summaries, tickers, trades } from '../ports.ts';
import { scaleOf, type Scale } from '../product.ts';
import type { PricingSettings } from '../settings.ts';
import { encodeSummary } from '../summary-codec.ts';
import { mergeAll, summarize, type Summary } from '../summary.ts';
import type { Trade } from '../trade.ts';
import { allDone } from './all-done.ts';
import { giveLeaseBack, renewLease, takeLease } from './archive-lease.ts';

export const archiveGrants = {
  products: products.read,
  tickers: tickers.write,
  trades: trades.read,
  summaries: summaries.readWrite,
  marks: marks.readWrite,
  retirements: retirements.write,
  archive: archive.readWrite,
  revisions: revisions.publish,
};
type Ports = Granted<typeof archiveGrants>;

/** Intervals that are noted together, while the lease is held; and those under way at one time. */
const together = 60;
const atOnce = 8;
/** What is left of the call's time when no further intervals are begun. */
const reserveMs = seconds(20);

/** An interval whose mark is due, at the version that is removed in the end. */
interface Due {
  readonly interval: string;
  readonly version: string;
}

/**
 * Writes every closed interval of a product that has a mark: minutes first, then the hours that they lie in, up to years.
 * An object is a pure function of the trades in its interval, so that doing it again, or after a crash, changes nothing.
 *
 * Each step is safe to stop behind: the object stands before its sums are noted for the interval around, that interval is
 * marked before the mark goes, and the mark goes only in the version that was there before the trades were read.
 */
export async function archiveProduct(
  product: string,
  ports: Ports,
  context: Context,
  settings: PricingSettings,
  compress: Compress,
): Promise<void> {
  const known = await ports.products.get({ list: 'all', id: product });
  if (known === undefined) return;
  const { clock, deadline } = context;
  let lease = await takeLease(product, ports, context, settings);
  if (lease === undefined) return;
  const scale = scaleOf(known.item);
  const work = { product, scale, ports, compress };
  try {
    // Until nothing is found that has closed: whoever asked meanwhile for what has closed since was turned away.
    for (let gone = 1; gone > 0;) {
      gone = 0;
      const { watermark } = lease;
      for (const level of archiveLevels) {
        for await (const due of dueOf(level, work, watermark)) {
          const { removed, ends } = await closeAll(level, due, work);
          gone += removed;
          const renewed = await renewLease(lease, ends, scale, ports, context, settings);
          // What stays marked is seen again at the next tick.
          if (renewed === undefined || clock.now() > deadline.at - reserveMs) return;
          lease = renewed;
        }
      }
    }
  } finally {
    await giveLeaseBack(lease, ports);
  }
}

interface Work {
  readonly product: string;
  readonly scale: Scale;
  readonly ports: Ports;
  readonly compress: Compress;
}

/** Marks of a level whose intervals have closed, the oldest first, in pieces. */
async function* dueOf(
  level: ArchiveLevel,
  { product, ports }: Work,
  watermark: number,
): AsyncGenerator<readonly Due[]> {
  for await (const items of pagesOf((from) => ports.marks.query({ partition: product, limit: 1_000, ...from }))) {
    const due: Due[] = [];
    let open = false;
    for (const { item, version } of items) {
      const { level: own, end } = intervalOf(item.interval);
      if (own !== level) continue;
      // Names of one level are in order of time: nothing behind it has closed either.
      open = end > watermark;
      if (open) break;
      due.push({ interval: item.interval, version });
    }
    yield* chunks(due, together);
    if (open) return;
  }
}

/** @returns How many marks went, and of the trades the first of each minute and the last of each of its sources. */
async function closeAll(
  level: ArchiveLevel,
  due: readonly Due[],
  work: Work,
): Promise<{ readonly removed: number; readonly ends: readonly Trade[] }> {
  const ends: Trade[] = [];
  const closed = await sideBySide(due, atOnce, async (one) => {
    const outcome = await (level === 'minute' ? closeMinute(one, work, ends) : closeParent(one, work));
    return { ...one, outcome };
  });
  return { removed: await note(level, closed, work), ends };
}

/**
 * What an interval has come to: its sums; `empty` where no trade of it stands, as whoever was to put one did not; `overtaken`
 * where somebody else wrote it meanwhile, who goes on with it.
 */
type Outcome = Summary | 'empty' | 'overtaken';

/** Writes a minute's trades. */
async function closeMinute({ interval }: Due, work: Work, ends: Trade[]): Promise<Outcome> {
  const { product, scale, ports } = work;
  // Rows are read before the object: they go only when the object has them.
  const rows = await new History(product, scale, ports).rowsOf(interval);
  const before = await readText(ports.archive, objectKey(product, 'minute', interval));
  const all = unionOf(rows, before === undefined ? [] : decodeLines(before.text, scale));
  const summary = summarize(all);
  if (summary === undefined) return 'empty';
  ends.push(all[0]!, ...newestOfEach(all));
  const stands = await write('minute', interval, encodeLines(all, scale), before, work);
  return stands ? summary : 'overtaken';
}

/** The last trade of each source. @param trades - In order. */
function newestOfEach(trades: readonly Trade[]): Iterable<Trade> {
  const newest = new Map<string, Trade>();
  for (const trade of trades) newest.set(trade.source, trade);
  return newest.values();
}

/** Writes the sums of an hour or more, as noted and as its object had them before. */
async function closeParent({ interval }: Due, work: Work): Promise<Outcome> {
  const { product, scale, ports } = work;
  const { level } = intervalOf(interval);
  // Notes, too, go only when the object has what they say.
  const noted = await new History(product, scale, ports).notesOf(interval);
  const before = await readText(ports.archive, objectKey(product, level, interval));
  const children = inOrder(overlay(before === undefined ? [] : decodeNode(before.text, scale), noted));
  const summary = mergeAll(children.map((child) => child.summary));
  if (summary === undefined) return 'empty';
  const stands = await write(level, interval, encodeNode(product, interval, children, scale), before, work);
  return stands ? summary : 'overtaken';
}

/** @returns Whether the object stands with that text. */
async function write(
  level: ArchiveLevel,
  interval: string,
  text: string,
  before: ArchivedText | undefined,
  { product, ports, compress }: Work,
): Promise<boolean> {
  const key = objectKey(product, level, interval);
  const outcome = await writeText(ports.archive, key, text, before, compress);
  if (outcome.kind === 'conflict') return false;
  // Also where it stood already: whoever wrote it may have ended before it told.
  if (outcome.revision) await ports.revisions.publish({ product, interval, key, tag: outcome.tag });
  return true;
}

/** An interval that was written. */
interface Closed extends Due {
  readonly summary: Summary;
}

/** Notes the sums of what was written for the intervals around, marks those, and lets the marks go. @returns How many went. */
async function note(
  level: ArchiveLevel,
  closed: readonly (Due & { readonly outcome: Outcome })[],
  { product, scale, ports }: Work,
): Promise<number> {
  const written: Closed[] = [];
  for (const { outcome: summary, ...due } of closed) if (typeof summary === 'object') written.push({ ...due, summary });
  const empty = closed.filter(({ outcome }) => outcome === 'empty');
  const parent = parentLevel(level);
  const done = parent === undefined ? written : await noteSums(written, parent, { product, scale, ports });
  if (parent !== undefined && done.length > 0) {
    const parents = new Set(done.map(({ interval }) => nameAround(interval, parent)));
    allDone(await ports.marks.writeMany([...parents].map((interval) => ({ put: { product, interval } }))));
  }
  if (level === 'minute' && done.length > 0)
    allDone(await ports.retirements.writeMany(done.map(({ interval }) => ({ put: { product, interval } }))));
  const removed = await ports.marks.writeMany(
    [...done, ...empty].map(({ interval, version }) => ({ delete: { product, interval }, condition: { version } })),
  );
  allDone(removed);
  if (level !== 'minute') for (const { interval } of done) await forgetNotes(interval, { product, ports });
  return removed.filter(({ kind }) => kind === 'written').length;
}

/**
 * Notes sums, none over that of somebody who has seen more trades meanwhile.
 *
 * @returns The intervals whose sums stand; those that somebody else notes at the same time come up again.
 */
async function noteSums(
  written: readonly Closed[],
  parent: ArchiveLevel,
  { product, scale, ports }: Pick<Work, 'product' | 'scale' | 'ports'>,
): Promise<readonly Closed[]> {
  if (written.length === 0) return written;
  const keyOf = (interval: string) => ({ parent: parentPartition(product, nameAround(interval, parent)), interval });
  const standing = await ports.summaries.getMany(written.map(({ interval }) => keyOf(interval)));
  const versions = new Map(
    standing.flatMap((note) => (note === undefined ? [] : [[note.item.interval, note.version]])),
  );
  const older = written.filter(({ summary }, at) => (standing[at]?.item.summary.count ?? 0) < summary.count);
  const outcomes = await ports.summaries.writeMany(
    older.map(({ interval, summary }) => {
      const version = versions.get(interval);
      return {
        put: { ...keyOf(interval), summary: encodeSummary(summary, scale) },
        condition: version === undefined ? 'absent' : { version },
      };
    }),
  );
  allDone(outcomes);
  const conflicting = new Set(older.filter((_, at) => outcomes[at]!.kind === 'conflict'));
  return written.filter((one) => !conflicting.has(one));
}

/** Takes away the notes that the object of the interval around has by now. */
async function forgetNotes(interval: string, { product, ports }: Pick<Work, 'product' | 'ports'>): Promise<void> {
  const partition = parentPartition(product, interval);
  const { items } = await ports.summaries.query({ partition, limit: 100 });
  // A note that was written since then has another version, and stays for the next time.
  const inside = { partition: product, from: interval, to: afterAllIn(interval), limit: 1 };
  const standing = await firstOf(1, (from) => ports.marks.query({ ...inside, ...from }));
  if (items.length === 0 || standing.length > 0) return;
  await ports.summaries.writeMany(
    items.map(({ item, version }) => ({
      delete: { parent: item.parent, interval: item.interval },
      condition: { version },
    })),
  );
}
