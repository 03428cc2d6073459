import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateSecret } from '@portolan/webhook';
import { readSettings, secretFile, StartError } from './settings.ts';
import { temporaryFolder } from './testing/platform-process.ts';

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let folders = 0;
const newFolder = (): string => join(folder.path, String(++folders));

test('has a default for everything but the folder, and takes what is set to nothing as not set', () => {
  const settings = readSettings({ PORTOLAN_DATA: newFolder(), PORT: '', PORTOLAN_LOG: '' });
  expect(settings).toMatchObject({ port: 4_400, host: '127.0.0.1', allowPrivate: false, logLevel: 'info' });
});

test.each([
  ['https://portolan.example/', 'https://portolan.example'],
  ['http://127.0.0.1:80/a/b//', 'http://127.0.0.1:80/a/b'],
])('takes %s for where clients reach it, without a slash at its end', (given, publicUrl) => {
  expect(readSettings({ PORTOLAN_DATA: newFolder(), PORTOLAN_URL: given })).toMatchObject({ publicUrl });
});

describe('prices come', () => {
  const market = (environment: Record<string, string>) =>
    readSettings({ PORTOLAN_DATA: newFolder(), ...environment }).market;
  const products = ['BTC-USD', 'ETH-USD', 'SOL-USD'];

  test('from a simulated exchange, where nothing is set', () => {
    expect(market({})).toEqual({ kind: 'simulator', products });
    expect(market({ PORTOLAN_COINBASE_URL: '', PORTOLAN_COINBASE_PRODUCTS: ' SOL-USD , BTC-USD' })).toEqual({
      kind: 'simulator',
      products: ['SOL-USD', 'BTC-USD'],
    });
  });

  test('from nowhere', () => {
    expect(market({ PORTOLAN_COINBASE_URL: 'off', PORTOLAN_COINBASE_PRODUCTS: 'BTC-USD' })).toEqual({ kind: 'off' });
  });

  test.each([
    ['wss://ws-feed.exchange.coinbase.com', 'https://api.exchange.coinbase.com'],
    ['wss://prices.example:8443/feed?key=1', 'https://prices.example:8443'],
    ['ws://127.0.0.1:4444', 'http://127.0.0.1:4444'],
  ])('from %s, with the history at %s', (websocket, rest) => {
    const endpoints = { websocket, rest };
    expect(market({ PORTOLAN_COINBASE_URL: websocket })).toEqual({ kind: 'coinbase', endpoints, products });
    const elsewhere = { PORTOLAN_COINBASE_URL: websocket, PORTOLAN_COINBASE_REST_URL: 'http://history.example/v2' };
    expect(market(elsewhere)).toMatchObject({ endpoints: { websocket, rest: 'http://history.example/v2' } });
  });
});

test('makes one secret, whole, for its owner alone, and keeps it', () => {
  const data = newFolder();
  const { secrets } = readSettings({ PORTOLAN_DATA: data });
  expect(readFileSync(secretFile(data), 'utf8')).toBe(`${secrets[0]}\n`);
  expect(statSync(secretFile(data)).mode & 0o777).toBe(0o600);
  expect(readdirSync(data)).toEqual(['webhook-secret']);
  expect(readSettings({ PORTOLAN_DATA: data }).secrets).toEqual(secrets);
});

test('is not kept from making a secret by what a crash left of an earlier try', () => {
  const data = newFolder();
  mkdirSync(join(data, 'webhook-secret-Ab12cd'), { recursive: true });
  writeFileSync(join(data, 'webhook-secret-Ab12cd', 'draft'), 'whsec_ha');
  expect(readSettings({ PORTOLAN_DATA: data }).secrets[0]).toMatch(/^whsec_.{44}$/);
});

test('takes several secrets by spaces, the newest first, and then keeps none', () => {
  const data = newFolder();
  const [newest, older] = [generateSecret(), generateSecret()];
  const { secrets } = readSettings({ PORTOLAN_DATA: data, PORTOLAN_WEBHOOK_SECRET: ` ${newest}  ${older}\n` });
  expect(secrets).toEqual([newest, older]);
  expect(readdirSync(data)).toEqual([]);
});

test.each([
  [{ PORTOLAN_URL: 'ftp://portolan.example' }, 'PORTOLAN_URL="ftp://portolan.example": expected a URL'],
  [{ PORT: ' ' }, 'PORT=" ": expected a port'],
  [{ PORT: '1e3' }, 'PORT="1e3": expected a port'],
  [{ PORT: '4400.5' }, 'PORT="4400.5": expected a port'],
  [{ PORTOLAN_WEBHOOK_SECRET: '   ' }, 'PORTOLAN_WEBHOOK_SECRET cannot be used: webhook secret 1 must be'],
  [{ PORTOLAN_WEBHOOK_SECRET: 'whsec_AAAA' }, 'PORTOLAN_WEBHOOK_SECRET cannot be used: webhook secret 1 must be'],
  [{ PORTOLAN_COINBASE_URL: 'on' }, 'PORTOLAN_COINBASE_URL="on": expected a URL such as wss://'],
  [
    { PORTOLAN_COINBASE_URL: 'https://prices.example' },
    'PORTOLAN_COINBASE_URL="https://prices.example": expected a URL',
  ],
  [
    { PORTOLAN_COINBASE_URL: 'ws://prices.example/#a' },
    'PORTOLAN_COINBASE_URL="ws://prices.example/#…": expected a URL',
  ],
  [{ PORTOLAN_COINBASE_URL: 'OFF' }, 'or off'],
  [{ PORTOLAN_COINBASE_REST_URL: 'ws://127.0.0.1:1' }, 'PORTOLAN_COINBASE_REST_URL="ws://127.0.0.1:1": expected a URL'],
  [{ PORTOLAN_COINBASE_PRODUCTS: 'BTC' }, 'PORTOLAN_COINBASE_PRODUCTS="BTC": expected products by commas'],
  [{ PORTOLAN_COINBASE_PRODUCTS: 'BTC-USD,' }, 'PORTOLAN_COINBASE_PRODUCTS="BTC-USD,": expected products by commas'],
  [{ PORTOLAN_COINBASE_PRODUCTS: 'BTC-USD,BTC-USD' }, 'each once'],
  [{ PORTOLAN_COINBASE_PRODUCTS: 'btc-usd' }, 'PORTOLAN_COINBASE_PRODUCTS="btc-usd": expected products by commas'],
])('refuses %j', (environment, told) => {
  const read = () => readSettings({ PORTOLAN_DATA: newFolder(), ...environment });
  expect(read).toThrow(StartError);
  expect(read).toThrow(told);
});

test.each([
  ['PORTOLAN_COINBASE_URL', 'https://user:hunter2@prices.example/feed', 'https://…'],
  ['PORTOLAN_COINBASE_URL', 'wss//user:hunter2@prices.example', '…'],
  ['PORTOLAN_COINBASE_URL', 'https://prices.example/feed?key=hunter2#a', 'https://prices.example/feed?…'],
  ['PORTOLAN_COINBASE_REST_URL', 'ftp://hunter2@prices.example', 'ftp://…'],
  ['PORTOLAN_URL', 'ftp://prices.example#hunter2', 'ftp://prices.example#…'],
])('of a %s that it refuses, %s, it shows no more than %s', (name, url, shown) => {
  const read = () => readSettings({ PORTOLAN_DATA: newFolder(), [name]: url });
  expect(read).toThrow(`${name}="${shown}": expected a URL`);
  expect(read).not.toThrow('hunter2');
});

test.each([
  ['a file', () => join(import.meta.dirname, 'settings.ts')],
  ['below a file', () => join(import.meta.dirname, 'settings.ts/data')],
  ['on a file system that takes no folders', () => '/proc/portolan/data'],
])('a data folder that cannot be, since it is %s, is told', (_why, path) => {
  expect(() => readSettings({ PORTOLAN_DATA: path() })).toThrow('set PORTOLAN_DATA to one that can');
});

test('the data folder is made with all folders above it', () => {
  const data = join(newFolder(), 'a/b');
  expect(readSettings({ PORTOLAN_DATA: data }).dataFolder).toBe(data);
  expect(statSync(data).isDirectory()).toBe(true);
  expect(readSettings({ PORTOLAN_DATA: data }).dataFolder).toBe(data);
});
