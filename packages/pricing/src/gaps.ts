import { isWhole } from './completeness.ts';
import type { Summary } from './summary.ts';
import type { Trade } from './trade.ts';

/** Ids of one source with what is known of when they were; times in microseconds since 1970. */
export interface IdPiece {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** Of the trade with the id `first`, or of one not after it. */
  readonly firstTime: number;
  /** Of the trade with the id `last`, or of one not before it. */
  readonly lastTime: number;
}

/** Ids of one source that are missing for sure. */
export interface IdGap {
  readonly source: string;
  readonly first: number;
  readonly last: number;
  /** Time of the nearest trade known before, in microseconds since 1970. */
  readonly after: number;
  /** Time of the nearest trade known after. */
  readonly before: number;
}

/** The pieces of one span, whether or not ids are missing inside them: see {@link hasHoles}. */
export function piecesOf(summary: Summary): IdPiece[] {
  const times = { firstTime: summary.first.time, lastTime: summary.last.time };
  return [...summary.ids].map(([source, { first, last }]) => ({ source, first, last, ...times }));
}

/** Whether ids of a source asked for are missing inside a span, or lie in its neighbours: its trades tell which. */
export const hasHoles = (summary: Summary, isAsked: (of: { readonly source: string }) => boolean): boolean =>
  [...summary.ids].some(([source, span]) => isAsked({ source }) && !isWhole(span));

/** The pieces without holes that trades make up; fewest where they come in order. */
export function piecesOfTrades(trades: Iterable<Trade>): IdPiece[] {
  const pieces: IdPiece[] = [];
  const open = new Map<string, { -readonly [Key in keyof IdPiece]: IdPiece[Key] }>();
  for (const { source, sequence, count, time } of trades) {
    if (sequence === undefined) continue;
    const piece = open.get(source);
    if (piece !== undefined && sequence === piece.last + 1) {
      piece.last = sequence + count - 1;
      piece.lastTime = time;
    } else {
      const next = { source, first: sequence, last: sequence + count - 1, firstTime: time, lastTime: time };
      open.set(source, next);
      pieces.push(next);
    }
  }
  return pieces;
}

/** What is missing between pieces of any sources, in any order: by source, then by id. */
export function gapsOf(pieces: Iterable<IdPiece>): IdGap[] {
  const sorted = [...pieces].sort((left, right) =>
    left.source === right.source ? left.first - right.first : left.source < right.source ? -1 : 1,
  );
  const gaps: IdGap[] = [];
  let highest: IdPiece | undefined;
  for (const piece of sorted) {
    if (highest === undefined || highest.source !== piece.source) highest = piece;
    else {
      if (piece.first > highest.last + 1)
        gaps.push({
          source: piece.source,
          first: highest.last + 1,
          last: piece.first - 1,
          after: highest.lastTime,
          before: piece.firstTime,
        });
      if (piece.last > highest.last) highest = piece;
    }
  }
  return gaps;
}
