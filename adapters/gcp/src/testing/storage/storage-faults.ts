/** Something that goes wrong with requests. */
export interface StorageFault {
  readonly method: string;
  /** Found in the request's path and query. */
  readonly target: string;
  /** How many requests meet it. */
  times: number;
  /** What it is answered with; with none, the connection breaks. */
  readonly status?: number;
  /** It was done nevertheless, and only the answer is lost. @default false */
  readonly done?: boolean;
  /** Of an upload's chunk, only so many bytes are stored. */
  readonly storesBytes?: number;
  /** Of the answer's body, only so many bytes come before the connection breaks. */
  readonly sendsBytes?: number;
}

/** The faults that tests have asked for, the first that fits a request at a time. */
export class StorageFaults {
  readonly #faults: StorageFault[] = [];

  add(fault: StorageFault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  take(method: string, target: string): StorageFault | undefined {
    const found = this.#faults.find((fault) => fault.method === method && target.includes(fault.target));
    if (found === undefined) return undefined;
    if (--found.times === 0) this.#faults.splice(this.#faults.indexOf(found), 1);
    return found;
  }
}
