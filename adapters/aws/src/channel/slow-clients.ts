import { seconds } from '@portolan/kernel';

/** How often in a row, and for how long, a connection takes nothing before it is held to be slow. */
const lasting = { refusals: 3, forMs: seconds(10) } as const;
/** The part of one call's connections that may be slow; where more are refused, it is the account that asks too often. */
const share = 0.1;

/** Which of the refused are slow; `throttled` where they are too many to be slow all at once. */
export type Judgement = { readonly kind: 'throttled' } | { readonly kind: 'judged'; readonly slow: readonly string[] };

interface Refused {
  readonly since: number;
  readonly times: number;
}

/**
 * Tells slow clients from an account that asks for too much: API Gateway refuses pushes for both with one and the same error.
 * A client is slow where it takes nothing for a while in which others are served. What is known is what this process has
 * seen; rows for it would be written the most when the account is at its limit.
 *
 * @see https://docs.aws.amazon.com/apigatewaymanagementapi/latest/api-reference/connections-connectionid.html (LimitExceededException)
 */
export class SlowClients {
  readonly #refused = new Map<string, Refused>();
  #servedAt = -Infinity;

  /** Notes that a connection took a push. */
  served(connection: string, now: number): void {
    this.#refused.delete(connection);
    this.#servedAt = now;
  }

  /** Notes that a connection has ended. */
  ended(connection: string): void {
    this.#refused.delete(connection);
  }

  /**
   * Judges the refusals of one call.
   *
   * @param reached - How many connections were tried, the refused ones included.
   */
  judge(refused: readonly string[], reached: number, now: number): Judgement {
    if (refused.length > Math.max(1, reached * share)) return { kind: 'throttled' };
    const slow = refused.filter((connection) => {
      const { since, times } = this.#refused.get(connection) ?? { since: now, times: 0 };
      this.#refused.set(connection, { since, times: times + 1 });
      // Whoever was served since is another: it was not.
      return times + 1 >= lasting.refusals && now >= since + lasting.forMs && this.#servedAt >= since;
    });
    return { kind: 'judged', slow };
  }
}
