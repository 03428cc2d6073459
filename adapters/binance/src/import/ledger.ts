import type { TradeResult } from '@portolan/pricing';
import type { TradeBatch } from '../trades/trades-of.ts';

/** What became of rows. */
export interface ImportCounts {
  readonly accepted: number;
  readonly duplicate: number;
  /** Malformed ones, which are not handed in, included. */
  readonly rejected: number;
  /** Rows of aggTrades that Binance made void. */
  readonly voided: number;
}

/** One row that was not taken. */
export interface RejectedLine {
  /** Name of the file. */
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

/** Rejected lines that are kept; the others are only counted. */
export const maxRejectedLines = 100;

const none: ImportCounts = { accepted: 0, duplicate: 0, rejected: 0, voided: 0 };

/** Counts what became of every row. */
export class Ledger {
  #totals = none;
  #file = none;
  readonly #rejected: RejectedLine[] = [];

  get totals(): ImportCounts {
    return this.#totals;
  }

  /** Of the present file. */
  get file(): ImportCounts {
    return this.#file;
  }

  get rejectedLines(): readonly RejectedLine[] {
    return this.#rejected;
  }

  beginFile(): void {
    this.#file = none;
  }

  /** @param results - One for each trade of the batch. */
  record(file: string, batch: TradeBatch, results: readonly TradeResult[]): void {
    let [accepted, duplicate] = [0, 0];
    const refused: { readonly line: number; readonly reason: string }[] = [...batch.malformed];
    for (const [index, result] of results.entries()) {
      if (result.status === 'accepted') accepted++;
      else if (result.status === 'duplicate') duplicate++;
      else refused.push({ line: batch.lines[index]!, reason: result.reason });
    }
    const counts = { accepted, duplicate, rejected: refused.length, voided: batch.voided };
    this.#totals = sum(this.#totals, counts);
    this.#file = sum(this.#file, counts);
    const room = maxRejectedLines - this.#rejected.length;
    if (room <= 0 || refused.length === 0) return;
    refused.sort((a, b) => a.line - b.line);
    this.#rejected.push(...refused.slice(0, room).map(({ line, reason }) => ({ file, line, reason })));
  }
}

const sum = (a: ImportCounts, b: ImportCounts): ImportCounts => ({
  accepted: a.accepted + b.accepted,
  duplicate: a.duplicate + b.duplicate,
  rejected: a.rejected + b.rejected,
  voided: a.voided + b.voided,
});
