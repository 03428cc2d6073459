import { refusalOf } from './address-guard.ts';

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.215.14',
  '172.15.255.255',
  '172.32.0.1',
  '100.63.255.255',
  '100.128.0.1',
  '169.253.255.255',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
])('%s may be called', (address) => {
  expect(refusalOf(address, {})).toBeUndefined();
});

const loopback = ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '64:ff9b::127.0.0.1'];
const privates = [
  '10.0.0.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.255.255',
  '100.64.0.1',
  '100.127.255.255',
  'fc00::1',
  'fdff:ffff::1',
  '::ffff:10.0.0.1',
  '64:ff9b::192.168.1.1',
];
const never = [
  ['metadata of most clouds', '169.254.169.254'],
  ['metadata of most clouds, mapped', '::ffff:169.254.169.254'],
  ['metadata of most clouds, translated', '64:ff9b::a9fe:a9fe'],
  ['metadata of containers', '169.254.170.2'],
  ["Azure's WireServer", '168.63.129.16'],
  ["Azure's WireServer, mapped", '::ffff:168.63.129.16'],
  ["Alibaba's metadata", '100.100.100.200'],
  ["AWS's metadata", 'fd00:ec2::254'],
  ["Google's metadata", 'fd20:ce::254'],
  ['link-local', '169.254.0.1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['unspecified', '::'],
  ['multicast', '224.0.0.1'],
  ['multicast', '239.255.255.255'],
  ['multicast', 'ff02::1'],
  ['broadcast', '255.255.255.255'],
  ['reserved', '240.0.0.1'],
  ['protocol assignments', '192.0.0.1'],
  ["Oracle's metadata", '192.0.0.192'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['benchmarks', '198.18.0.1'],
  ['benchmarks', '2001:2::1'],
  ['6to4 relays', '192.88.99.1'],
  ['6to4 of a private address', '2002:a00:1::1'],
  ['6to4 of a public address', '2002:101:101::1'],
  ['Teredo', '2001::1'],
  ['local translation (RFC 8215)', '64:ff9b:1::1.1.1.1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-compatible', '::8.8.8.8'],
  ['IPv4-translated', '::ffff:0:127.0.0.1'],
  ['site-local', 'fec0::1'],
  ['discard', '100::1'],
  ['segment routing', '5f00::1'],
  ['outside global unicast', '4000::1'],
  ['no address', 'localhost'],
  ['no address', ''],
];

test.each([...loopback, ...privates, ...never.map(([, address]) => address!)])(
  '%s is refused by default',
  (address) => {
    expect(refusalOf(address, {})).toMatch(/address/);
  },
);

test.each(loopback)('%s may be called where loopback is allowed, and only there', (address) => {
  expect(refusalOf(address, { allowLoopback: true })).toBeUndefined();
  expect(refusalOf(address, { allowPrivate: true })).toBe('a loopback address');
});

test.each(privates)('%s may be called where private networks are allowed, and only there', (address) => {
  expect(refusalOf(address, { allowPrivate: true })).toBeUndefined();
  expect(refusalOf(address, { allowLoopback: true })).toBe('a private address');
});

test.each(never)('%s (%s) is refused whatever is allowed', (_what, address) => {
  expect(refusalOf(address, { allowLoopback: true, allowPrivate: true })).toMatch(/address/);
});
