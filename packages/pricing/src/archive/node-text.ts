import { PortError } from '@portolan/kernel';
import type { Scale } from '../product.ts';
import { averageOf, vwapOf } from '../candle.ts';
import { decodeSummary, encodeSummary, type StoredSummary } from '../summary-codec.ts';
import { mergeAll, type Summary } from '../summary.ts';

/** An interval within the one around it, by its name. Intervals without trades are left out. */
export interface Child {
  readonly interval: string;
  readonly summary: Summary;
}

interface StoredNode {
  readonly product: string;
  readonly interval: string;
  /** Average and VWAP for whoever reads the file; the sums are what is computed with. */
  readonly total: StoredSummary & { readonly average: string; readonly vwap: string };
  readonly children: readonly (StoredSummary & { readonly interval: string })[];
}

/** The text of an hour, day, month or year: its sums, and those of the intervals in it. @param children - At least one, in order. */
export function encodeNode(product: string, interval: string, children: readonly Child[], scale: Scale): string {
  const total = mergeAll(children.map(({ summary }) => summary))!;
  const node: StoredNode = {
    product,
    interval,
    total: { average: averageOf(total, scale), vwap: vwapOf(total, scale), ...encodeSummary(total, scale) },
    children: children.map((child) => ({ interval: child.interval, ...encodeSummary(child.summary, scale) })),
  };
  return `${JSON.stringify(node)}\n`;
}

/** @throws {PortError} `corrupted` for a text that {@link encodeNode} does not write. */
export function decodeNode(text: string, scale: Scale): readonly Child[] {
  let node: StoredNode;
  try {
    node = JSON.parse(text) as StoredNode;
  } catch (cause) {
    throw new PortError('corrupted', 'an object of the archive is not JSON', { cause });
  }
  return node.children.map(({ interval, ...stored }) => ({ interval, summary: decodeSummary(stored, scale) }));
}
