import { Agent, request as httpRequest } from 'node:http';

/** Something to be handed to a function by an HTTP request, once it is due. */
export interface Dispatch {
  /** Milliseconds since 1970. */
  readonly dueAt: number;
  readonly run: () => Promise<void>;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** What the doubles have to push, in the order it is due, and what tests ask to know whether all is quiet. */
export class Dispatches {
  readonly #waiting = new Set<Dispatch>();
  #inFlight = 0;
  #changes = 0;
  #timer: NodeJS.Timeout | undefined;

  add(dispatch: Dispatch): void {
    this.#waiting.add(dispatch);
    this.changed();
    this.#arm();
  }

  remove(dispatch: Dispatch): void {
    this.#waiting.delete(dispatch);
  }

  /** Something was asked of a double, or answered to it. */
  changed(): void {
    this.#changes++;
  }

  state() {
    const dues = [...this.#waiting].map(({ dueAt }) => dueAt);
    const nextDueAt = dues.length === 0 ? null : dues.reduce((least, due) => Math.min(least, due));
    return { changes: this.#changes, inFlight: this.#inFlight, nextDueAt };
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { nextDueAt } = this.state();
    if (nextDueAt === null) return;
    this.#timer = setTimeout(() => this.#runDue(), Math.max(0, nextDueAt - Date.now()));
    this.#timer.unref();
  }

  #runDue(): void {
    const due = [...this.#waiting].filter(({ dueAt }) => dueAt <= Date.now()).sort((a, b) => a.dueAt - b.dueAt);
    for (const dispatch of due) {
      this.#waiting.delete(dispatch);
      this.#inFlight++;
      void dispatch.run().finally(() => {
        this.#inFlight--;
        this.changed();
      });
    }
    this.#arm();
  }
}

/**
 * One HTTP request, as Google's push services make it.
 *
 * @returns Its status; `undefined` where there was no answer in time.
 */
export function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  deadlineMs: number,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = httpRequest(url, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => finish(response.statusCode));
    });
    const limit = setTimeout(() => {
      finish(undefined);
      request.destroy();
    }, deadlineMs);
    const finish = (status: number | undefined): void => {
      clearTimeout(limit);
      resolve(status);
    };
    request.on('error', () => finish(undefined));
    request.end(body);
  });
}
