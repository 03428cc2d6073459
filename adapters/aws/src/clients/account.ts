import { PortError } from '@portolan/kernel';

/** The part of an SDK client that knows where, and as whom, it calls. */
interface Placed {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<{ readonly accountId?: string | undefined }>;
  };
}

/** An account in a region: the half of many names that a function is not told. */
export interface AccountPlace {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/**
 * Where a client calls. The SDK knows the account where `AWS_ACCOUNT_ID` is set or the source of the credentials tells it.
 *
 * @param wayOut - What else could be given, as the end of a sentence.
 * @throws {PortError} `invalid` where the account is not known.
 */
export async function placeOf(client: Placed, what: string, wayOut: string): Promise<AccountPlace> {
  const [region, { accountId }] = await Promise.all([client.config.region(), client.config.credentials()]);
  if (accountId !== undefined) return { region, accountId };
  throw new PortError('invalid', `${what}: the account is not known; set AWS_ACCOUNT_ID, or ${wayOut}`);
}
