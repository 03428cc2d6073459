import type { UserDelegationKey } from '@azure/storage-blob';
import { hours, maxSignedMs, minutes } from '@portolan/kernel';

/** How far the clocks of this process and of the service may be apart; milliseconds. */
const skewMs = minutes(15);
/** A key is used for new URLs for no longer than this, since it may be revoked; milliseconds. */
const freshMs = hours(1);

/**
 * How long a key lives: as long as the last URL that is signed with it, and the second to which that is rounded up; in
 * milliseconds. A week is the most.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
const keyLifeMs = freshMs + maxSignedMs + minutes(1);

/** Gets a key from the service. */
export type FetchKey = (startsOn: Date, expiresOn: Date) => Promise<UserDelegationKey>;

/**
 * Keys by which URLs are signed in the name of the identity that the process runs as. One is asked for with the first URL,
 * and again when it is an hour old: it outlives every URL that it signs.
 */
export class DelegationKeys {
  readonly #fetch: FetchKey;
  #cached: { readonly key: Promise<UserDelegationKey>; readonly fetchedAt: number } | undefined;

  constructor(fetch: FetchKey) {
    this.#fetch = fetch;
  }

  /** @param now - Milliseconds since 1970. */
  async keyAt(now: number): Promise<UserDelegationKey> {
    let cached = this.#cached;
    if (cached === undefined || now > cached.fetchedAt + freshMs) {
      // It has begun some time ago, so that it holds where the service's clock is behind.
      const key = this.#fetch(new Date(now - skewMs), new Date(now + keyLifeMs));
      cached = { key, fetchedAt: now };
      this.#cached = cached;
      key.catch(() => {
        if (this.#cached?.key === key) this.#cached = undefined;
      });
    }
    return cached.key;
  }
}
