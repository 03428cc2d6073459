/** One trade, or several that a source reports as one; the scale of its product says what the units are. */
export interface Trade {
  /** 1 to 40 of a-z, 0-9 and `-`. */
  readonly source: string;
  /** The source's own; 1 to 64 of A-Z, a-z, 0-9 and `_.:-`. Of an aggregate, the first of the ids that it covers. */
  readonly id: string;
  /** The id as a number where it is sequential, see {@link sequenceOf}: kept, since every fold asks for it. */
  readonly sequence: number | undefined;
  /** Microseconds since 1970. */
  readonly time: number;
  /** In units of price; above 0. */
  readonly price: number;
  /** In units of size; above 0. */
  readonly size: number;
  /** The taker's. */
  readonly side: 'buy' | 'sell';
  /** Exchange trades that it stands for, with the ids `sequence` to `sequence + count - 1`. 1 to 10,000. */
  readonly count: number;
}

/** The most exchange trades that one trade may stand for. */
const maxCount = 10_000;

/**
 * The number that an id is, where ids like it are sequential: a decimal integer without leading zeros, below 2^53. Only
 * between sequential ids of one source and product are gaps provable.
 */
export function sequenceOf(id: string): number | undefined {
  const { length } = id;
  if (length === 0 || length > 16) return undefined;
  let sequence = 0;
  for (let index = 0; index < length; index++) {
    const digit = id.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return undefined;
    sequence = sequence * 10 + digit;
  }
  if ((length > 1 && id.charCodeAt(0) === 48) || sequence > Number.MAX_SAFE_INTEGER) return undefined;
  return sequence;
}

/** What places a trade among others. */
export type TradeKey = Pick<Trade, 'time' | 'source' | 'id' | 'sequence'>;

/** The order of trades everywhere: by time, then source, then id: sequential ids by number, before others by text. */
export function compareTrades(left: TradeKey, right: TradeKey): number {
  if (left.time !== right.time) return left.time - right.time;
  if (left.source !== right.source) return left.source < right.source ? -1 : 1;
  if (left.sequence !== undefined) return right.sequence === undefined ? -1 : left.sequence - right.sequence;
  if (right.sequence !== undefined) return 1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** Whether text may name a source: 1 to 40 of a-z, 0-9 and `-`. */
export function isSource(text: string): boolean {
  if (text.length === 0 || text.length > 40) return false;
  for (let index = 0; index < text.length; index++) if (!sourceChars[text.charCodeAt(index)]) return false;
  return true;
}

/** Whether text may be the id of a trade: 1 to 64 of A-Z, a-z, 0-9 and `_.:-`. */
export function isTradeId(text: string): boolean {
  if (text.length === 0 || text.length > 64) return false;
  for (let index = 0; index < text.length; index++) if (!idChars[text.charCodeAt(index)]) return false;
  return true;
}

const charsOf = (pattern: RegExp): readonly boolean[] =>
  Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
const sourceChars = charsOf(/[a-z0-9-]/);
const idChars = charsOf(/[A-Za-z0-9_.:-]/);

/**
 * What was expected instead of a count that a trade with this id cannot have, in words that follow "expected"; `undefined`
 * where it can.
 */
export function explainCount(count: unknown, sequence: number | undefined): string | undefined {
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > maxCount)
    return `an integer from 1 to ${maxCount}`;
  if (count === 1) return undefined;
  if (sequence === undefined) return '1, since the id is not sequential';
  // The ids that it covers must be sequential as well.
  return sequence > Number.MAX_SAFE_INTEGER - (count - 1) ? 'ids that all lie below 2^53' : undefined;
}
