import { pagesOf, sideBySide, type Granted } from '@portolan/kernel';
import { decodeLines } from '../minute-lines.ts';
import type { archive, marks, summaries, trades } from '../ports.ts';
import type { Scale } from '../product.ts';
import { tradeKey, unpackTrade } from '../stored-trade.ts';
import { decodeSummary } from '../summary-codec.ts';
import { mergeAll, summarize, type Summary } from '../summary.ts';
import { compareTrades, type Trade } from '../trade.ts';
import { objectKey, readText } from './archive-object.ts';
import { afterAllIn, childName, intervalOf, nameAround } from './interval-name.ts';
import { decodeNode, type Child } from './node-text.ts';

export type HistoryPorts = Granted<{
  trades: typeof trades.read;
  summaries: typeof summaries.read;
  marks: typeof marks.read;
  archive: typeof archive.read;
}>;

/** Partition of the intervals inside one. */
export const parentPartition = (product: string, interval: string): string => `${product}/${interval}`;

/**
 * One product's trades and sums, archive and table as one: an interval that has no mark stands in the archive; one that
 * has a mark, or has one inside, is put together from what is inside. For one request: what it has read it keeps.
 *
 * The order of reads makes it safe beside whoever archives at the same time: marks first, then the table, then the
 * archive. A mark goes only when its interval stands in the archive and is noted in the table; a note goes only when the
 * interval around it stands in the archive.
 */
export class History {
  readonly #product: string;
  readonly #scale: Scale;
  readonly #ports: HistoryPorts;
  /** Names with a mark, in order, by year. */
  readonly #marks = new Map<string, Promise<readonly string[]>>();
  readonly #children = new Map<string, Promise<readonly Child[]>>();
  readonly #trades = new Map<string, Promise<readonly Trade[]>>();

  constructor(product: string, scale: Scale, ports: HistoryPorts) {
    this.#product = product;
    this.#scale = scale;
    this.#ports = ports;
  }

  /** The trades of a minute, in order. @param name - The minute's. */
  tradesIn(name: string): Promise<readonly Trade[]> {
    return once(this.#trades, name, async () => {
      if (!(await this.#isMarked(name))) return this.#archivedTrades(name);
      const rows = await this.rowsOf(name);
      return unionOf(rows, await this.#archivedTrades(name));
    });
  }

  /** The intervals with trades that make up an hour or more, in order. */
  childrenOf(name: string): Promise<readonly Child[]> {
    return once(this.#children, name, async () => {
      if (!(await this.#isMarked(name))) return this.#archivedChildren(name);
      const dirty = new Set((await this.#marksIn(name)).map((mark) => childName(name, mark)));
      const noted = await this.notesOf(name);
      const known = overlay(await this.#archivedChildren(name), noted);
      const anew = await sideBySide([...dirty].filter(isName), 16, async (interval) => ({
        interval,
        summary: await this.summaryOf(interval),
      }));
      for (const { interval, summary } of anew) if (summary !== undefined) known.set(interval, summary);
      return inOrder(known);
    });
  }

  /** The sums of an interval of the archive; `undefined` where it has no trades. */
  async summaryOf(name: string): Promise<Summary | undefined> {
    if (intervalOf(name).level === 'minute') return summarize(await this.tradesIn(name));
    return mergeAll((await this.childrenOf(name)).map(({ summary }) => summary));
  }

  async #isMarked(name: string): Promise<boolean> {
    return (await this.#marksIn(name)).length > 0;
  }

  /** Marks of an interval and of those inside it, in order. */
  async #marksIn(name: string): Promise<readonly string[]> {
    const year = nameAround(name, 'year');
    const all = await once(this.#marks, year, () => this.#readMarks(year));
    const first = lowerBound(all, name);
    let end = first;
    while (end < all.length && all[end]!.startsWith(name)) end++;
    return all.slice(first, end);
  }

  async #readMarks(year: string): Promise<readonly string[]> {
    const range = { partition: this.#product, from: year, to: afterAllIn(year), limit: 1_000 };
    const names: string[] = [];
    for await (const items of pagesOf((from) => this.#ports.marks.query({ ...range, ...from })))
      for (const { item } of items) names.push(item.interval);
    return names;
  }

  /** The trades of a minute that the table holds. */
  async rowsOf(name: string): Promise<readonly Trade[]> {
    const range = { partition: `${this.#product}/${name}`, limit: 1_000 };
    const rows: Trade[] = [];
    for await (const items of pagesOf((from) => this.#ports.trades.query({ ...range, ...from })))
      for (const { item } of items) rows.push(unpackTrade(item, this.#scale));
    return rows;
  }

  /** The sums that the table notes for an interval: of those written since the interval's own object was. */
  async notesOf(name: string): Promise<readonly Child[]> {
    const range = { partition: parentPartition(this.#product, name), limit: 100 };
    const noted: Child[] = [];
    for await (const items of pagesOf((from) => this.#ports.summaries.query({ ...range, ...from })))
      for (const { item } of items)
        noted.push({ interval: item.interval, summary: decodeSummary(item.summary, this.#scale) });
    return noted;
  }

  async #archivedTrades(name: string): Promise<readonly Trade[]> {
    const archived = await readText(this.#ports.archive, objectKey(this.#product, 'minute', name));
    return archived === undefined ? [] : decodeLines(archived.text, this.#scale);
  }

  async #archivedChildren(name: string): Promise<readonly Child[]> {
    const archived = await readText(this.#ports.archive, objectKey(this.#product, intervalOf(name).level, name));
    return archived === undefined ? [] : decodeNode(archived.text, this.#scale);
  }
}

const isName = (name: string | undefined): name is string => name !== undefined;

/** The trades of a minute from table and archive, each once, in order. */
export function unionOf(rows: readonly Trade[], archived: readonly Trade[]): readonly Trade[] {
  const held = archived.length === 0 ? undefined : new Set(rows.map(tradeKey));
  const more = held === undefined ? [] : archived.filter((trade) => !held.has(tradeKey(trade)));
  return [...rows, ...more].sort(compareTrades);
}

/**
 * The children that an object names, and what was noted of them. Trades are only ever added: of two sums of an interval the
 * one with more of them is the newer, whoever was late to note the other.
 */
export function overlay(archived: readonly Child[], noted: readonly Child[]): Map<string, Summary> {
  const known = new Map(archived.map(({ interval, summary }) => [interval, summary]));
  for (const { interval, summary } of noted)
    if ((known.get(interval)?.count ?? 0) < summary.count) known.set(interval, summary);
  return known;
}

export const inOrder = (children: ReadonlyMap<string, Summary>): readonly Child[] =>
  [...children]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([interval, summary]) => ({ interval, summary }));

/** Runs `read` once for a key; whoever asks again gets the same promise. */
function once<T>(kept: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  let promise = kept.get(key);
  if (promise === undefined) kept.set(key, (promise = read()));
  return promise;
}

/** The index of the first text that does not sort before `text`. */
function lowerBound(texts: readonly string[], text: string): number {
  let low = 0;
  let high = texts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (texts[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}
