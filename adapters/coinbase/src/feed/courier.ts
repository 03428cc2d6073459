import { fullJitter, PortError, reasonOf, type Random, type RetryPolicy } from '@portolan/kernel';
import type { Alarm } from '@portolan/node';
import type { ReportedTrade, TradeIntake, TradeResult } from '@portolan/pricing';
import type { LimitedLog } from './limited-log.ts';
import { pause } from '../pause.ts';

/** The most trades of one call, by the intake's contract. */
export const maxBatch = 5_000;

export interface CourierOptions {
  readonly intake: TradeIntake;
  readonly alarm: Alarm;
  readonly random: Random;
  readonly log: LimitedLog;
  readonly retry: Pick<RetryPolicy, 'baseMs' | 'capMs'>;
  /** Aborted when nothing is to be tried again. */
  readonly signal: AbortSignal;
  /** Called when handing over begins to fail, with the reason, and with nothing when it works again. */
  readonly onTrouble: (reason: string | undefined) => void;
}

/** Hands trades to the intake until it has answered: what it rejects is tried again, whatever the reason. */
export class Courier {
  readonly counts = { accepted: 0, duplicates: 0, rejected: 0, retries: 0 };
  readonly #options: CourierOptions;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /**
   * @param trades - 1 to {@link maxBatch}.
   * @returns A result each; undefined when it was told to stop before the intake answered.
   */
  async handOver(trades: readonly ReportedTrade[]): Promise<readonly TradeResult[] | undefined> {
    const { alarm, random, retry, signal, onTrouble } = this.#options;
    for (let attempts = 1; ; attempts++) {
      const results = await this.#try(trades);
      if (!(results instanceof Error)) {
        if (attempts > 1) onTrouble(undefined);
        this.#count(trades, results);
        return results;
      }
      if (signal.aborted) return undefined;
      this.counts.retries++;
      onTrouble(`the intake fails: ${reasonOf(results)}`);
      await pause(alarm, fullJitter(attempts, random.next(), retry), signal);
      if (signal.aborted) return undefined;
    }
  }

  async #try(trades: readonly ReportedTrade[]): Promise<readonly TradeResult[] | Error> {
    const { intake, log } = this.#options;
    try {
      const results = await intake.accept(trades);
      if (results.length === trades.length) return results;
      throw new PortError('internal', `${results.length} results for ${trades.length} trades`);
    } catch (error) {
      const retryable = error instanceof PortError && error.retryable;
      log.say(retryable ? 'warn' : 'error', 'intake', `the intake fails, trades wait: ${reasonOf(error)}`);
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #count(trades: readonly ReportedTrade[], results: readonly TradeResult[]): void {
    for (const [index, result] of results.entries()) {
      if (result.status === 'accepted') this.counts.accepted++;
      else if (result.status === 'duplicate') this.counts.duplicates++;
      else {
        this.counts.rejected++;
        const { product, id } = trades[index]!;
        const field = result.field === undefined ? '' : ` (${result.field})`;
        this.#options.log.say('error', 'rejected', `the intake rejects ${product} ${id}${field}: ${result.reason}`);
      }
    }
  }
}
