import type { SQSRecord } from 'aws-lambda';

/** How long to wait for more to delete by the same call, in milliseconds. */
const gatherMs = 5;

/**
 * Deletes what was handled while other messages of the same call still are: Lambda itself deletes when the call ends, and
 * until then SQS holds their groups back. What ends together is left to Lambda.
 */
export class EarlyDeletes implements Disposable {
  readonly #remove: (records: readonly SQSRecord[]) => Promise<void>;
  #open: number;
  #gathered: SQSRecord[] = [];
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param count - Messages of the call.
   * @param remove - Must not reject: what is not deleted now, Lambda deletes.
   */
  constructor(count: number, remove: (records: readonly SQSRecord[]) => Promise<void>) {
    this.#open = count;
    this.#remove = remove;
  }

  /** A message has come to its end in this call. @param handled - Whether SQS may forget it. */
  ended(record: SQSRecord, handled: boolean): void {
    this.#open--;
    if (handled) this.#gathered.push(record);
    if (this.#open > 0 && this.#gathered.length > 0) this.#timer ??= setTimeout(() => this.#flush(), gatherMs);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    void this.#remove(this.#gathered.splice(0));
  }
}
