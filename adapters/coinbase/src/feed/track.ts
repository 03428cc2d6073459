import type { IdRange } from '../history/id-ranges.ts';

/** "At `time` the newest trade was `lastId`." */
export interface Mark {
  readonly lastId: number;
  readonly time: string;
  readonly micros: number;
}

/**
 * What has been seen of one product, from which follows what has not.
 *
 * Trade ids of a product are consecutive, so every hole between two of them is a trade that was missed, and it can be
 * named. `sequence` counts all messages about a product's order book; the matches channel carries few of them, so a jump
 * of `sequence` is the rule there and proves nothing, and neither does one between heartbeats. What it does prove is
 * order: it only grows, so a message that repeats it or goes back is a repetition or was overtaken. Such messages are
 * counted, and handed on all the same: the domain knows each trade by its id.
 *
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/overview#sequence-numbers
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/channels (matches may be dropped; heartbeats tell the last id)
 */
export interface Track {
  /** The largest id that is known to exist and was received or asked for. 0 before the first. */
  readonly newestId: number;
  /** When that trade was made; undefined where only its id is known. */
  readonly newestMicros: number | undefined;
  readonly sequence: number;
  /** The last trade that the last heartbeat named; 0 before the first. */
  readonly claimedId: number;
  /** Waits for the next heartbeat; `followed` once the very next trade was seen to be later. */
  readonly held: (Mark & { readonly followed: boolean }) | undefined;
  /** The newest that may be told. */
  readonly mark: Mark | undefined;
}

export const newTrack: Track = {
  newestId: 0,
  newestMicros: undefined,
  sequence: -1,
  claimedId: 0,
  held: undefined,
  mark: undefined,
};

/** For a new connection, which begins with the last trade once more: that is no message out of order. */
export const reconnected = (track: Track): Track => ({ ...track, sequence: -1 });

export interface Noticed {
  readonly track: Track;
  /** Trades that exist and did not come. */
  readonly missing: IdRange | undefined;
  /** By its id this is not the next trade but an earlier one: repeated, or overtaken. */
  readonly behind: boolean;
  /** By its sequence this message is repeated, or was overtaken. */
  readonly disordered: boolean;
}

export function noticeTrade(track: Track, id: number, sequence: number, micros: number): Noticed {
  const newest = id > track.newestId;
  return {
    track: {
      ...track,
      ...(newest ? { newestId: id, newestMicros: micros } : {}),
      sequence: Math.max(track.sequence, sequence),
      held: heldAfter(track.held, id, micros),
    },
    missing: track.newestId > 0 && id > track.newestId + 1 ? { first: track.newestId + 1, last: id - 1 } : undefined,
    behind: !newest,
    disordered: sequence <= track.sequence,
  };
}

function heldAfter(held: Track['held'], id: number, micros: number): Track['held'] {
  if (held === undefined || id <= held.lastId) return held;
  // A later trade that was made earlier: what the heartbeat said had already been overtaken.
  if (micros <= held.micros) return undefined;
  return id === held.lastId + 1 ? { ...held, followed: true } : held;
}

/**
 * A heartbeat names the last trade. Twice it is not taken at its word at once:
 *
 * - A trade that it names may still be on its way, so one counts as missing when the next heartbeat comes first.
 * - A trade made before its `time` may still be on its way too, and would make the mark untrue. So it is told when the next
 *   heartbeat has come and either names the same trade, or the very next trade was seen and is later.
 *
 * @param lastTradeId - 0 where the heartbeat does not say.
 * @see https://github.com/danpaquin/coinbasepro-python/issues/356 (0 for all products, in 2019 and 2020)
 */
export function noticeHeartbeat(
  track: Track,
  beat: { readonly lastTradeId: number; readonly sequence: number; readonly time: string; readonly micros: number },
): Noticed {
  const { lastTradeId, sequence, time, micros } = beat;
  const overdue = track.claimedId > track.newestId;
  const newestId = overdue ? track.claimedId : track.newestId;
  const newestMicros = overdue ? undefined : track.newestMicros;
  const outdated = lastTradeId < newestId && !(newestMicros !== undefined && newestMicros > micros);
  return {
    track: {
      newestId,
      newestMicros,
      sequence: Math.max(track.sequence, sequence),
      claimedId: lastTradeId,
      held: lastTradeId === 0 || outdated ? undefined : { lastId: lastTradeId, time, micros, followed: false },
      mark: laterMark(track, lastTradeId),
    },
    missing: overdue
      ? { first: track.newestId === 0 ? track.claimedId : track.newestId + 1, last: track.claimedId }
      : undefined,
    behind: false,
    disordered: sequence < track.sequence,
  };
}

function laterMark({ held, mark }: Track, lastTradeId: number): Mark | undefined {
  if (held === undefined || !(held.followed || held.lastId === lastTradeId)) return mark;
  if (mark !== undefined && held.micros <= mark.micros) return mark;
  return { lastId: held.lastId, time: held.time, micros: held.micros };
}
