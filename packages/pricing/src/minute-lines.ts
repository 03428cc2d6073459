import { PortError } from '@portolan/kernel';
import { formatDecimal, parseDecimal } from './decimal.ts';
import type { Scale } from './product.ts';
import { formatTime, parseTime } from './time.ts';
import { compareTrades, explainCount, isSource, isTradeId, sequenceOf, type Trade } from './trade.ts';

/**
 * Trades as JSON lines, one each, in the only form that they have: equal trades are equal bytes. The keys are source, id,
 * time, price, size and side, and count where it is not 1.
 *
 * @param trades - In the order of `compareTrades`.
 */
export function encodeLines(trades: readonly Trade[], scale: Scale): string {
  const chunks: string[] = [];
  let lines: string[] = [];
  for (const trade of trades) {
    lines.push(lineOf(trade, scale));
    // Few at a time are joined while the processor's cache has them: a third of the time that one long join takes.
    if (lines.length < 128) continue;
    chunks.push(lines.join(''));
    lines = [];
  }
  return chunks.join('') + lines.join('');
}

function lineOf({ source, id, time, price, size, side, count }: Trade, { priceDecimals, sizeDecimals }: Scale): string {
  const priceText = formatDecimal(price, priceDecimals);
  const sizeText = formatDecimal(size, sizeDecimals);
  const end = count === 1 ? '}\n' : `,"count":${count}}\n`;
  // None of the values can hold a character that JSON escapes.
  return `{"source":"${source}","id":"${id}","time":"${formatTime(time)}","price":"${priceText}","size":"${sizeText}","side":"${side}"${end}`;
}

/** One line, value by value; which values may stand there is checked where they are read. */
const linePattern =
  /\{"source":"([^"]*)","id":"([^"]*)","time":"([^"]*)","price":"([^"]*)","size":"([^"]*)","side":"(buy|sell)"(?:,"count":([1-9][0-9]{0,6}))?\}\n/y;

/**
 * Reads what {@link encodeLines} wrote, with the same increments or finer ones.
 *
 * @throws {PortError} `corrupted`, naming the line, for any other text, and for lines out of order.
 */
export function decodeLines(text: string, scale: Scale): Trade[] {
  const trades: Trade[] = [];
  let before: Trade | undefined;
  for (linePattern.lastIndex = 0; linePattern.lastIndex < text.length;) {
    const match = linePattern.exec(text);
    const trade = match === null ? undefined : readLine(match, before?.source, scale);
    if (trade === undefined || (before !== undefined && compareTrades(before, trade) >= 0))
      throw new PortError('corrupted', `line ${trades.length + 1} of a minute is no trade, or not in its place`);
    trades.push(trade);
    before = trade;
  }
  return trades;
}

function readLine(match: RegExpExecArray, sourceBefore: string | undefined, scale: Scale): Trade | undefined {
  const [, sourceText, id, timeText, priceText, sizeText, side, countText] = match as unknown as Line;
  // Trades of one source share its text, which makes them cheap to compare.
  const source = sourceText === sourceBefore ? sourceBefore : sourceText;
  const time = timeText.length === 27 && timeText.endsWith('Z') ? parseTime(timeText) : undefined;
  const price = amountOf(priceText, scale.priceDecimals);
  const size = amountOf(sizeText, scale.sizeDecimals);
  const sequence = sequenceOf(id);
  const count = countText === undefined ? 1 : Number(countText);
  if (!isSource(source) || !isTradeId(id) || time === undefined || price === undefined || size === undefined)
    return undefined;
  if (countText !== undefined && (count === 1 || explainCount(count, sequence) !== undefined)) return undefined;
  return { source, id, sequence, time, price, size, side, count };
}

/** Units above 0, of a decimal in its shortest form: there is one text for each trade. */
function amountOf(text: string, decimals: number): number | undefined {
  if (text.endsWith('0') && text.includes('.')) return undefined;
  const units = parseDecimal(text, decimals);
  return units === 0 ? undefined : units;
}

type Line = readonly [
  line: string,
  source: string,
  id: string,
  time: string,
  price: string,
  size: string,
  side: 'buy' | 'sell',
  count: string | undefined,
];
