/** What a simulated exchange does wrong when it is told to. Counts are of what comes next, of all products together. */
export interface ExchangeFaults {
  /** Breaks every connection off, without a farewell. @returns How many there were. */
  dropConnections(): number;
  /** Turns away as many connections. */
  refuseConnections(count: number): void;
  /** Answers as many subscriptions with an error of this reason, and subscribes nothing. */
  refuseSubscriptions(count: number, reason: string): void;
  /** Sends as many matches twice. */
  repeat(count: number): void;
  /** Keeps as many matches, at least 2, and then sends them backwards. */
  reorder(count: number): void;
  /** Leaves as many matches out. History has them. */
  skip(count: number): void;
  /** Breaks as many matches in the middle, so that they are no JSON. History has them. */
  garble(count: number): void;
  /** Sends a text to everyone. @default '{"type":"match","trade_id":"none"}' */
  malformed(text?: string): void;
  /** Sends nothing more, no heartbeat either, on the connections there are. */
  silence(): void;
  /** Answers as many REST requests with status 429. @param retryAfterSeconds - Whole seconds; no header where absent. */
  throttle(count: number, retryAfterSeconds?: number): void;
  /** Answers as many REST requests with a status. @default 503 */
  failRest(count: number, status?: number): void;
}

/** How a REST request is answered instead of properly. */
export interface RestFault {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Faults that are asked for and not yet made. */
export class PendingFaults {
  #skip = 0;
  #garble = 0;
  #repeat = 0;
  #reorder = 0;
  #kept: string[] = [];
  #connections = 0;
  #subscriptions: string[] = [];
  #rest: RestFault[] = [];

  /** The methods of {@link ExchangeFaults} that need no connection. */
  readonly asked = {
    refuseConnections: (count: number): void => void (this.#connections += count),
    refuseSubscriptions: (count: number, reason: string): void =>
      void this.#subscriptions.push(...new Array<string>(count).fill(reason)),
    repeat: (count: number): void => void (this.#repeat += count),
    reorder: (count: number): void => void (this.#reorder = Math.max(2, count)),
    skip: (count: number): void => void (this.#skip += count),
    garble: (count: number): void => void (this.#garble += count),
    throttle: (count: number, retryAfterSeconds?: number): void => {
      const headers: Record<string, string> =
        retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
      this.#rest.push(...new Array<RestFault>(count).fill({ status: 429, headers }));
    },
    failRest: (count: number, status = 503): void =>
      void this.#rest.push(...new Array<RestFault>(count).fill({ status, headers: {} })),
  };

  /** Whether a connection is turned away. */
  takeConnection(): boolean {
    if (this.#connections === 0) return false;
    this.#connections--;
    return true;
  }

  /** Why a subscription is refused. */
  takeSubscription(): string | undefined {
    return this.#subscriptions.shift();
  }

  takeRest(): RestFault | undefined {
    return this.#rest.shift();
  }

  /** What is sent in place of a match. */
  ofMatch(frame: string): readonly string[] {
    if (this.#skip > 0) {
      this.#skip--;
      return [];
    }
    if (this.#garble > 0) {
      this.#garble--;
      return [frame.slice(0, frame.length / 2)];
    }
    if (this.#reorder > 0) {
      this.#kept.push(frame);
      if (this.#kept.length < this.#reorder) return [];
      this.#reorder = 0;
      return this.#kept.splice(0).reverse();
    }
    if (this.#repeat > 0) {
      this.#repeat--;
      return [frame, frame];
    }
    return [frame];
  }
}
