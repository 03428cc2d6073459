import { resourceName } from '@portolan/node';
import type { AccountPlace } from '../clients/account.ts';
import { boundedName } from '../clients/bounded-name.ts';

/**
 * The bucket of an objects port, `staging-pricing-archive-111122223333-eu-central-1`. All accounts of AWS share one set of
 * names, so each name ends with its account and region, which nobody else has a reason to take.
 *
 * @throws {RangeError} for one of more than 63 characters.
 */
export function bucketName(
  service: string,
  port: string,
  { accountId, region }: AccountPlace,
  env?: Readonly<Record<string, string | undefined>>,
): string {
  return boundedName('bucket', `${resourceName(service, port, undefined, env)}-${accountId}-${region}`);
}
