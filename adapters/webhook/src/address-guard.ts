import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses beyond the public ones that may be called. */
export interface AllowedAddresses {
  /** This machine: 127.0.0.0/8 and ::1. @default false */
  readonly allowLoopback?: boolean | undefined;
  /** Private networks: RFC 1918, unique local IPv6, shared address space (CGNAT). @default false */
  readonly allowPrivate?: boolean | undefined;
}

/**
 * Services that hand out a machine's credentials, at addresses which a range alone would let through: Azure's WireServer is
 * public, the others are private.
 */
const metadataServices = new Set(['168.63.129.16', '100.100.100.200', 'fd00:ec2::254', 'fd20:ce::254']);

const nat64 = ipaddr.parseCIDR('64:ff9b::/96');
const globalUnicast = ipaddr.parseCIDR('2000::/3');

const kinds: Readonly<Record<string, string>> = {
  loopback: 'a loopback address',
  private: 'a private address',
  uniqueLocal: 'a private address',
  carrierGradeNat: 'a private address',
  linkLocal: 'a link-local address',
  multicast: 'a multicast address',
  broadcast: 'the broadcast address',
  unspecified: 'the unspecified address',
};

/**
 * Why an address must not be called, or undefined where it may be. Everything is refused that is not known to be public.
 *
 * @param address - As resolvers and `net` write it, without brackets.
 * @returns What the address is: "a private address".
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function refusalOf(address: string, allowed: AllowedAddresses): string | undefined {
  const plain = canonical(address);
  if (plain === undefined) return 'no address';
  const real = unwrap(ipaddr.parse(plain));
  if (metadataServices.has(real.toString())) return 'the address of a metadata service';
  const range = real.range();
  if (range === 'unicast' && (real.kind() === 'ipv4' || real.match(globalUnicast))) return undefined;
  if (range === 'loopback' && allowed.allowLoopback === true) return undefined;
  if (kinds[range] === 'a private address' && allowed.allowPrivate === true) return undefined;
  return kinds[range] ?? 'a reserved address';
}

/**
 * One spelling for each address, by the parser that reads URLs too. ipaddr.js alone would read `::8.8.8.8`, as resolvers
 * write the address `::808:808`, for the mapped `::ffff:8.8.8.8`.
 */
function canonical(address: string): string | undefined {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  return URL.parse(`http://[${address.replace(/%.*$/, '')}]`)?.hostname.slice(1, -1);
}

/** The IPv4 address that an IPv6 address stands for: mapped into it, or reached by a translator (NAT64). */
function unwrap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (address.kind() === 'ipv4') return address;
  const v6 = address as ipaddr.IPv6;
  if (v6.isIPv4MappedAddress()) return v6.toIPv4Address();
  return v6.match(nat64) ? new ipaddr.IPv4(v6.toByteArray().slice(12)) : v6;
}
