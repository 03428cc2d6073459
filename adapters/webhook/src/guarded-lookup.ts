import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { refusalOf, type AllowedAddresses } from './address-guard.ts';

/** All addresses of a host name, best first. Rejects with Node's DNS errors. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The receiver's address is one that may not be called. */
export class RefusedAddress extends Error {
  override readonly name = 'RefusedAddress';
}

/**
 * A `lookup` for sockets that refuses, at the moment of connecting, what must not be called: whatever the name resolved to
 * earlier counts for nothing, so that a name that changes its mind (DNS rebinding) gains nothing.
 *
 * One bad address among good ones refuses them all: a socket tries each in turn.
 */
export function guardedLookup(allowed: AllowedAddresses, resolve: Resolve = resolveBySystem): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname)
      .then((addresses) => {
        if (addresses.length === 0)
          throw Object.assign(new Error(`"${hostname}" has no address`), { code: 'ENOTFOUND' });
        for (const { address } of addresses) checkAddress(hostname, address, allowed);
        if (options.all === true) return () => callback(null, [...addresses]);
        const { address, family } = addresses[0]!;
        return () => callback(null, address, family);
      })
      .catch((error: NodeJS.ErrnoException) => () => callback(error, '', 0))
      // A socket's own throw must not come back here as if the name were at fault.
      .then((answer) => setImmediate(answer));
  };
}

/** @throws {RefusedAddress} which does not show the address: names of an internal network would show where they lead. */
export function checkAddress(hostname: string, address: string, allowed: AllowedAddresses): void {
  const refusal = refusalOf(address, allowed);
  if (refusal !== undefined) throw new RefusedAddress(`"${hostname}" leads to ${refusal}, which webhooks may not call`);
}

const resolveBySystem: Resolve = (hostname) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });
