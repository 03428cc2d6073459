import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { silentLog } from '@portolan/kernel';
import { startPlatform } from './platform.ts';
import { readSettings } from './settings.ts';
import { temporaryFolder } from './testing/platform-process.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('a start that fails when it already listens leaves nothing behind: the next one has the port and the data', async () => {
  using folder = temporaryFolder();
  const settings = readSettings({
    PORT: String(await freePort()),
    PORTOLAN_DATA: folder.path,
    PORTOLAN_COINBASE_URL: 'off',
  });
  const endpoints = { websocket: 'ws://127.0.0.1:9', rest: 'http://127.0.0.1:9' };
  const unfit = { ...settings, market: { kind: 'coinbase', products: [], endpoints } } as const;
  await expect(startPlatform(unfit, silentLog)).rejects.toThrow('products: expected one at least');

  const platform = await startPlatform(settings, silentLog);
  expect((await fetch(`${platform.url}/healthz`)).status).toBe(200);
  await platform.close();
  await expect(fetch(`${platform.url}/healthz`)).rejects.toThrow('fetch failed');
});
