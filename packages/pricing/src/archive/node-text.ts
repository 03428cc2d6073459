import { PortError } from '@portolan/kernel';
import type { Scale } from '../product.ts';
import { averageOf, vwapOf } from '../candle.ts';
import { formatDecimal, parseDecimal, parseSum } from '../decimal.ts';
import type { Sum } from '../exact-sum.ts';
import { splitTradeKey, tradeKey } from '../stored-trade.ts';
import { encodeSummary } from '../summary-codec.ts';
import { mergeAll, type IdSpan, type Summary } from '../summary.ts';
import { sequenceOf, type TradeKey } from '../trade.ts';

/** An interval within the one around it, by its name. Intervals without trades are left out. */
export interface Child {
  readonly interval: string;
  readonly summary: Summary;
}

/** How a field of a summary is written, without spaces, and read; `undefined` for what is never written. */
interface Codec<Value> {
  readonly write: (value: Value, scale: Scale) => string;
  readonly read: (text: string, scale: Scale) => Value | undefined;
}

const integer: Codec<number> = { write: String, read: (text) => parseDecimal(text, 0) };
const price: Codec<number> = {
  write: (units, { priceDecimals }) => formatDecimal(units, priceDecimals),
  read: (text, { priceDecimals }) => parseDecimal(text, priceDecimals),
};
const sum = (decimalsOf: (scale: Scale) => number): Codec<Sum> => ({
  write: (units, scale) => formatDecimal(units, decimalsOf(scale)),
  read: (text, scale) => parseSum(text, decimalsOf(scale)),
});

const codecs = {
  open: price,
  high: price,
  low: price,
  close: price,
  volume: sum(({ sizeDecimals }) => sizeDecimals),
  notional: sum(({ priceDecimals, sizeDecimals }) => priceDecimals + sizeDecimals),
  priceSum: sum(({ priceDecimals }) => priceDecimals),
  count: integer,
  unnumbered: integer,
} as const satisfies { readonly [Field in keyof Summary]?: Codec<Summary[Field]> };
type Coded = keyof typeof codecs;

/** The ids of one source: the first, the last and how many are held, `100/105/6`; `-` where an interval has none. */
const span: Codec<IdSpan | 'none'> = {
  write: (ids) => (ids === 'none' ? '-' : `${ids.first}/${ids.last}/${ids.held}`),
  read(text) {
    if (text === '-') return 'none';
    const [first, last, held, ...more] = text.split('/').map((part) => parseDecimal(part, 0));
    if (first === undefined || last === undefined || held === undefined || more.length > 0) return undefined;
    return held >= 1 && held <= last - first + 1 ? { first, last, held } : undefined;
  },
};

/**
 * The text of an hour, day, month or year: its sums, and those of the intervals in it, by field: of each field the values of
 * all children as one text, with spaces between them. An object for each child is twice as long, and takes twice the time to
 * read. `first` and `last` are trades, `coinbase/123`; their times are microseconds since 1970.
 *
 * @param children - At least one, in order.
 */
export function encodeNode(product: string, interval: string, children: readonly Child[], scale: Scale): string {
  const total = mergeAll(children.map(({ summary }) => summary))!;
  const column = (valueOf: (summary: Summary) => string | number): string =>
    children.map(({ summary }) => valueOf(summary)).join(' ');
  const coded = <Field extends Coded>(field: Field): readonly [Field, string] => {
    const { write } = codecs[field] as Codec<Summary[Field]>;
    return [field, column((summary) => write(summary[field], scale))];
  };
  const node = {
    product,
    interval,
    // Average and VWAP are for whoever reads the file; the sums are what is computed with.
    total: { average: averageOf(total, scale), vwap: vwapOf(total, scale), ...encodeSummary(total, scale) },
    children: {
      interval: children.map((child) => child.interval).join(' '),
      first: column(({ first }) => tradeKey(first)),
      firstTime: column(({ first }) => first.time),
      last: column(({ last }) => tradeKey(last)),
      lastTime: column(({ last }) => last.time),
      ...Object.fromEntries((Object.keys(codecs) as Coded[]).map(coded)),
      ids: Object.fromEntries(
        [...total.ids.keys()].map((source) => [
          source,
          column(({ ids }) => span.write(ids.get(source) ?? 'none', scale)),
        ]),
      ),
    },
  };
  return `${JSON.stringify(node)}\n`;
}

/**
 * Reads what {@link encodeNode} wrote, with the same increments or finer ones.
 *
 * @throws {PortError} `corrupted`, naming the field where it is known, for any other text.
 */
export function decodeNode(text: string, scale: Scale): readonly Child[] {
  const stored = storedChildren(text);
  const intervals = values(stored, 'interval', (name) => name);
  const column: ReadColumn = (field, read, from = stored) => {
    const all = values(from, field, (value) => read(value, scale));
    if (all.length === intervals.length) return all;
    throw corrupted(`${all.length} values of ${field} for ${intervals.length} intervals`);
  };
  const [first, last] = [keys(column, 'first'), keys(column, 'last')];
  const [open, high] = [column('open', codecs.open.read), column('high', codecs.high.read)];
  const [low, close] = [column('low', codecs.low.read), column('close', codecs.close.read)];
  const volume = column('volume', codecs.volume.read);
  const notional = column('notional', codecs.notional.read);
  const priceSum = column('priceSum', codecs.priceSum.read);
  const count = column('count', codecs.count.read);
  const unnumbered = column('unnumbered', codecs.unnumbered.read);
  const spans = spansBySource(column, stored['ids']);
  return intervals.map((interval, at) => ({
    interval,
    summary: {
      first: first[at]!,
      last: last[at]!,
      open: open[at]!,
      high: high[at]!,
      low: low[at]!,
      close: close[at]!,
      volume: volume[at]!,
      notional: notional[at]!,
      priceSum: priceSum[at]!,
      count: count[at]!,
      unnumbered: unnumbered[at]!,
      ids: idsAt(spans, at),
    },
  }));
}

/** The values of all children, of a field or of a source's ids. */
type ReadColumn = <Value>(field: string, read: Codec<Value>['read'], from?: Fields) => readonly Value[];
type Fields = Readonly<Record<string, unknown>>;

function storedChildren(text: string): Fields {
  try {
    const node = JSON.parse(text) as { readonly children?: unknown } | null;
    if (isFields(node?.children)) return node.children;
  } catch (cause) {
    throw corrupted('no JSON', cause);
  }
  throw corrupted('no children');
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function values<Value>(from: Fields, field: string, read: (text: string) => Value | undefined): readonly Value[] {
  const column = from[field];
  if (typeof column !== 'string') throw corrupted(`${JSON.stringify(column)} as ${field}`);
  return column.split(' ').map((text) => {
    const value = read(text);
    if (value === undefined) throw corrupted(`"${text}" as ${field}`);
    return value;
  });
}

function keys(column: ReadColumn, field: 'first' | 'last'): readonly TradeKey[] {
  const times = column(`${field}Time`, integer.read);
  return column(field, splitTradeKey).map(({ source, id }, at) => ({
    time: times[at]!,
    source,
    id,
    sequence: sequenceOf(id),
  }));
}

type SpansBySource = readonly (readonly [source: string, spans: readonly (IdSpan | 'none')[]])[];

/** Objects list names that are numbers before others: the order of text is made anew. */
function spansBySource(column: ReadColumn, ids: unknown): SpansBySource {
  if (!isFields(ids)) throw corrupted('no ids');
  const sources = Object.keys(ids).sort();
  return sources.map((source) => [source, column(source, span.read, ids)]);
}

function idsAt(spans: SpansBySource, at: number): ReadonlyMap<string, IdSpan> {
  const ids = new Map<string, IdSpan>();
  for (const [source, { [at]: held = 'none' }] of spans) if (held !== 'none') ids.set(source, held);
  return ids;
}

const corrupted = (what: string, cause?: unknown): PortError =>
  new PortError('corrupted', `an object of the archive has ${what}`, { cause });
