import type { ReportedTrade } from '@portolan/pricing';
import { maxBatch, type Courier } from './courier.ts';

/**
 * Trades on their way from the stream to the intake: a bounded buffer. Whatever comes while a batch is under way makes up
 * the next one, so batches are as small as the intake is quick, and as large as it needs.
 */
export class Outbox {
  readonly #courier: Courier;
  readonly #capacity: number;
  readonly #onDrained: () => void;
  #waiting: ReportedTrade[] = [];
  #underWay = 0;
  #pumping: Promise<void> | undefined;

  /** @param onDrained - Called after each batch that leaves it at most half full. */
  constructor(courier: Courier, capacity: number, onDrained: () => void) {
    this.#courier = courier;
    this.#capacity = capacity;
    this.#onDrained = onDrained;
  }

  get size(): number {
    return this.#waiting.length + this.#underWay;
  }

  get room(): boolean {
    return this.size < this.#capacity;
  }

  push(trade: ReportedTrade): void {
    this.#waiting.push(trade);
    this.#pumping ??= this.#pump();
  }

  /** Fulfilled once it is empty, or the courier was told to stop. */
  async settled(): Promise<void> {
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    // What came in the same packet goes in the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, maxBatch);
      this.#underWay = batch.length;
      const results = await this.#courier.handOver(batch);
      this.#underWay = 0;
      if (results === undefined) this.#waiting = [];
      else if (this.size <= this.#capacity / 2) this.#onDrained();
    }
    this.#pumping = undefined;
  }
}
