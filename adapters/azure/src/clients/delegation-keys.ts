import type { UserDelegationKey } from '@azure/storage-blob';
import { days, hours, minutes } from '@portolan/kernel';

/** How far the clocks of this process and of the service may be apart; milliseconds. */
const skewMs = minutes(15);
/** A key is used for new URLs for no longer than this, since it may be revoked; milliseconds. */
const freshMs = hours(1);

/**
 * How long a URL may live that is signed by a user delegation key, in milliseconds: 7 days, less what clocks may differ by.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key
 */
export const maxDelegatedMs = days(7) - skewMs;

/** Gets a key from the service. */
export type FetchKey = (startsOn: Date, expiresOn: Date) => Promise<UserDelegationKey>;

/**
 * Keys by which URLs are signed in the name of the identity that the process runs as. One is asked for with the first URL,
 * and again where a URL would outlive it, or when it is an hour old.
 */
export class DelegationKeys {
  readonly #fetch: FetchKey;
  #cached:
    { readonly key: Promise<UserDelegationKey>; readonly fetchedAt: number; readonly expiresAt: number } | undefined;

  constructor(fetch: FetchKey) {
    this.#fetch = fetch;
  }

  /** @param expiresAt - Of the URL; at most {@link maxDelegatedMs} from `now`. Milliseconds since 1970. */
  async keyFor(expiresAt: number, now: number): Promise<UserDelegationKey> {
    let cached = this.#cached;
    if (cached === undefined || expiresAt > cached.expiresAt || now > cached.fetchedAt + freshMs) {
      const keyExpiresAt = now + maxDelegatedMs;
      // It has begun some time ago, so that it holds where the service's clock is behind.
      const key = this.#fetch(new Date(now - skewMs), new Date(keyExpiresAt));
      cached = { key, fetchedAt: now, expiresAt: keyExpiresAt };
      this.#cached = cached;
      key.catch(() => {
        if (this.#cached?.key === key) this.#cached = undefined;
      });
    }
    return cached.key;
  }
}
