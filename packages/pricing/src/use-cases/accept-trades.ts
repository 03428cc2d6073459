import { chunks, sideBySide, type Context, type Granted } from '@portolan/kernel';
import { nameOf } from '../archive/interval-name.ts';
import type { Rejected, TradeResult } from '../intake.ts';
import { microsPerMinute } from '../time.ts';
import { archive, claims, live, marks, products, tickers, trades, type StoredProduct } from '../ports.ts';
import { productId, scaleOf, type Scale } from '../product.ts';
import { readTrade } from '../read-trade.ts';
import type { PricingSettings } from '../settings.ts';
import { minutePartition, packTrade, tradeKey } from '../stored-trade.ts';
import type { Trade } from '../trade.ts';
import { admitTrades } from './admit-trades.ts';
import { allDone } from './all-done.ts';
import { archivedKeys } from './archived-keys.ts';
import { announceTrades } from './announce-trades.ts';
import { claimTrades } from './claim-trades.ts';
import { tickerAfter, newTicker } from '../ticker.ts';

export const acceptGrants = {
  products: products.readWrite,
  tickers: tickers.write,
  trades: trades.write,
  claims: claims.readWrite,
  marks: marks.write,
  archive: archive.read,
  live: live.push,
};
type Ports = Granted<typeof acceptGrants>;

/** Writes of one call to a table. */
const writesAtOnce = 1_000;

/** A trade of the batch that is well-formed, on its way. */
interface Arrival {
  readonly index: number;
  readonly product: string;
  readonly scale: Scale;
  readonly trade: Trade;
  /** Its partition in the table, and its key there. */
  readonly minute: string;
  readonly key: string;
}

/**
 * Takes on trades, each known by source, product and id. In order: products come to know what is new of them, ids are
 * claimed for their minute, their minutes are marked to be archived, and trades are put where none stands. Where any was
 * new, its minute is marked anew, as the first mark may be gone by then: whoever removes this one has seen the trade. A
 * crash in between leaves what the first mark has archived, or what repeating the batch mends; nothing of it was answered.
 *
 * @returns A result for each, in order.
 * @throws {PortError} where it is not known what became of them: nothing speaks against the same batch again.
 */
export async function acceptTrades(
  reported: readonly unknown[],
  ports: Ports,
  context: Context,
  settings: PricingSettings,
): Promise<readonly TradeResult[]> {
  const now = context.clock.now();
  const results = new Array<TradeResult>(reported.length).fill({ status: 'duplicate' });
  const latest = (now + settings.aheadMs) * 1_000;
  const rows = await rowsOf(reported, ports);
  const { arrivals, repeats } = readAll(reported, rows, latest, results);
  const admitted = without(await admitTrades(arrivals, rows, ports.products), arrivals, results);
  const heard = without(await claimTrades(admitted, ports.claims), admitted, results);
  const absent = await withoutArchived(heard, ports, now - settings.retentionMs);
  await markMinutes(absent, ports);
  const fresh = await putAll(absent, ports);
  await markMinutes(fresh, ports);
  for (const { index } of fresh) results[index] = { status: 'accepted' };
  for (const { index, of } of repeats) if (results[of]!.status === 'rejected') results[index] = results[of]!;
  await tell(heard, fresh, ports, context);
  return results;
}

/** The row of every product that is named and known. */
async function rowsOf(reported: readonly unknown[], ports: Ports): Promise<ReadonlyMap<string, StoredProduct>> {
  const named = reported.map((one) => (one as { readonly product?: unknown } | null)?.product);
  const ids = [...new Set(named)].filter((id): id is string => productId.safeParse(id).success);
  const found = await sideBySide(chunks(ids, writesAtOnce), 4, (some) =>
    ports.products.getMany(some.map((id) => ({ list: 'all', id }))),
  );
  return new Map(found.flat().flatMap((stored) => (stored === undefined ? [] : [[stored.item.id, stored.item]])));
}

/** A trade that comes a second time in a batch, and the place of its first. */
interface Repeat {
  readonly index: number;
  readonly of: number;
}

/** The trades to take on, each once; the results of rejected ones are filled in. */
function readAll(
  reported: readonly unknown[],
  rows: ReadonlyMap<string, StoredProduct>,
  latest: number,
  results: TradeResult[],
): { readonly arrivals: readonly Arrival[]; readonly repeats: readonly Repeat[] } {
  const scales = new Map([...rows].map(([id, row]) => [id, scaleOf(row)]));
  const arrivals: Arrival[] = [];
  const repeats: Repeat[] = [];
  const minuteOf = minutesOfBatch();
  reported.forEach((one, index) => {
    const reading = readTrade(one, (product) => scales.get(product));
    if (reading.kind === 'rejected') {
      const { reason, field } = reading;
      results[index] = { status: 'rejected', reason, ...(field === undefined ? {} : { field }) };
      return;
    }
    const { product, trade } = reading;
    if (trade.time > latest) {
      results[index] = {
        status: 'rejected',
        reason: 'time lies in the future; expected one that has come',
        field: 'time',
      };
      return;
    }
    const { partition, seen } = minuteOf(product, trade.time);
    const key = tradeKey(trade);
    // What is told of the same id in other words is judged by itself.
    const words = trade.count === 1 ? key : `${key}/${trade.count}`;
    const before = seen.get(words);
    if (before !== undefined) {
      repeats.push({ index, of: before });
      return;
    }
    seen.set(words, index);
    arrivals.push({ index, product, scale: scales.get(product)!, trade, minute: partition, key });
  });
  return { arrivals, repeats };
}

/** A minute of a product, and the places of the trades in it that came first. */
interface BatchMinute {
  readonly partition: string;
  readonly seen: Map<string, number>;
}

/** @returns Finds the minute of a trade; neighbours in a batch mostly share theirs, which costs nothing then. */
function minutesOfBatch(): (product: string, time: number) => BatchMinute {
  const minutes = new Map<string, BatchMinute>();
  let last = { product: '', number: -1, minute: undefined as BatchMinute | undefined };
  return (product, time) => {
    const number = Math.floor(time / microsPerMinute);
    if (last.minute !== undefined && last.number === number && last.product === product) return last.minute;
    const partition = minutePartition(product, time);
    let minute = minutes.get(partition);
    if (minute === undefined) minutes.set(partition, (minute = { partition, seen: new Map() }));
    last = { product, number, minute };
    return minute;
  };
}

/** The trades that are not refused; the results of those that are, are filled in. */
function without(
  refused: ReadonlyMap<Arrival, Rejected>,
  arrivals: readonly Arrival[],
  results: TradeResult[],
): readonly Arrival[] {
  for (const [{ index }, result] of refused) results[index] = result;
  return refused.size === 0 ? arrivals : arrivals.filter((arrival) => !refused.has(arrival));
}

/** Leaves out trades that stand in the archive, of minutes whose rows may be gone from the table. */
async function withoutArchived(heard: readonly Arrival[], ports: Ports, before: number): Promise<readonly Arrival[]> {
  const old = Map.groupBy(
    heard.filter(({ trade }) => trade.time < before * 1_000),
    ({ minute }) => minute,
  );
  if (old.size === 0) return heard;
  const archived = new Map(
    await sideBySide([...old], 8, async ([minute, [first]]) => {
      const name = nameOf('minute', first!.trade.time);
      return [minute, await archivedKeys(ports.archive, first!.product, name, first!.scale)] as const;
    }),
  );
  return heard.filter(({ minute, key }) => archived.get(minute)?.has(key) !== true);
}

/** Puts trades where none stands. @returns Those that were not there. */
async function putAll(arrivals: readonly Arrival[], ports: Ports): Promise<readonly Arrival[]> {
  const fresh = await sideBySide(chunks(arrivals, writesAtOnce), 5, async (some) => {
    const outcomes = await ports.trades.writeMany(
      some.map(({ trade, minute, key, scale }) => ({
        put: packTrade(trade, { minute, id: key }, scale),
        condition: 'absent' as const,
      })),
    );
    allDone(outcomes);
    return some.filter((_, index) => outcomes[index]!.kind === 'written');
  });
  return fresh.flat();
}

/** Every minute of trades that may be new to the archive. */
async function markMinutes(arrivals: readonly Arrival[], ports: Ports): Promise<void> {
  const minutes = [...new Map(arrivals.map((arrival) => [arrival.minute, arrival])).values()];
  await sideBySide(chunks(minutes, writesAtOnce), 5, async (some) =>
    allDone(
      await ports.marks.writeMany(
        some.map(({ product, trade }) => ({ put: { product, interval: nameOf('minute', trade.time) } })),
      ),
    ),
  );
}

/** Brings the tickers up to date, then tells who listens. */
async function tell(
  heard: readonly Arrival[],
  fresh: readonly Arrival[],
  ports: Ports,
  context: Context,
): Promise<void> {
  const now = context.clock.now();
  const news = Map.groupBy(fresh, ({ product }) => product);
  await sideBySide([...Map.groupBy(heard, ({ product }) => product)], 4, async ([product, members]) => {
    const { scale } = members[0]!;
    const freshTrades = (news.get(product) ?? []).map(({ trade }) => trade);
    const ticker = await ports.tickers.update({ product }, (current) => {
      const heardTrades = members.map(({ trade }) => trade);
      const write = tickerAfter(
        current?.item ?? newTicker(product),
        { heard: heardTrades, fresh: freshTrades, now },
        scale,
      );
      return { write, result: write };
    });
    await announceTrades(product, freshTrades, ticker, scale, ports.live, context);
  });
}
