import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { send } from './testing/client.ts';
import { startPlatformProcess, startProgram, temporaryFolder, type Exit } from './testing/platform-process.ts';

/** A start that is to fail: one sentence for a person, on standard error, and nothing else. */
function refusal({ code, stdout, stderr }: Exit): string {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^\S[^\n]*\.\n$/);
  expect(code).toBe(1);
  return stderr;
}

const startWith = (environment: Record<string, string>): Promise<Exit> =>
  startProgram('main.ts', { environment, withinMs: 20_000 }).exit;

test('tells where to look, and keeps a secret that only its owner may read', async () => {
  using folder = temporaryFolder();
  const data = join(folder.path, 'made/on/the/way');
  await using platform = await startPlatformProcess(data);
  const { url, stdout } = platform;
  expect(stdout()).toContain(`Console         ${url}/\n`);
  expect(stdout()).toContain(`Live prices     ${url}/#/pricing\n`);
  expect(stdout()).toContain(`API reference   ${url}/docs\n`);
  expect(stdout()).toContain(`OpenAPI         ${url}/openapi.json\n`);
  expect(stdout()).toContain(`Health          ${url}/healthz\n`);
  expect(stdout()).toContain(`Data            ${data}\n`);
  expect(stdout()).toContain(`Webhook secret  ${join(data, 'webhook-secret')}\n`);
  expect(statSync(join(data, 'webhook-secret')).mode & 0o777).toBe(0o600);
  expect((await send(`${url}/healthz`)).status).toBe(200);
}, 30_000);

test('tells what it is and what can be set, when it is asked', async () => {
  const { code, stdout, stderr } = await startProgram('main.ts', { args: ['--help'] }).exit;
  expect([code, stderr]).toEqual([0, '']);
  for (const name of [
    'PORT',
    'HOST',
    'PORTOLAN_URL',
    'PORTOLAN_DATA',
    'PORTOLAN_ALLOW_PRIVATE',
    'PORTOLAN_WEBHOOK_SECRET',
    'PORTOLAN_COINBASE_URL',
    'PORTOLAN_COINBASE_REST_URL',
    'PORTOLAN_COINBASE_PRODUCTS',
    'PORTOLAN_LOG',
  ])
    expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});

describe('refuses in one sentence', () => {
  test('an argument that it does not know, rather than start without it', async () => {
    using folder = temporaryFolder();
    const environment = { PORT: '0', PORTOLAN_DATA: join(folder.path, 'data') };
    const said = refusal(await startProgram('main.ts', { args: ['--port', '4400'], environment }).exit);
    expect(said).toBe('There is no argument "--port"; settings come from the environment, as --help tells.\n');
  });

  test('a port that is in use', async () => {
    using folder = temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const said = refusal(await startWith({ PORT: String(port), PORTOLAN_DATA: folder.path }));
    other.close();
    expect(said).toBe(`Port ${port} on 127.0.0.1 is in use; stop what listens there, or set PORT to another.\n`);
  }, 30_000);

  test('an address of another machine', async () => {
    using folder = temporaryFolder();
    expect(refusal(await startWith({ HOST: '192.0.2.1', PORTOLAN_DATA: folder.path }))).toContain('set HOST');
  }, 30_000);

  test('a data folder that cannot be: below a file', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    const said = refusal(await startWith({ PORTOLAN_DATA: join(file, 'data') }));
    expect(said).toContain(join(file, 'data'));
    expect(said).toContain('PORTOLAN_DATA');
  }, 30_000);

  test('data of something else', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'portolan.db'), 'Dear diary, today I am no database at all.'.repeat(100));
    expect(refusal(await startWith({ PORTOLAN_DATA: folder.path }))).toContain(join(folder.path, 'portolan.db'));
  }, 30_000);

  test('data that another process has open', async () => {
    using folder = temporaryFolder();
    await using first = await startPlatformProcess(folder.path);
    const said = refusal(await startWith({ PORTOLAN_DATA: folder.path }));
    expect(said).toContain(`${join(folder.path, 'portolan.db')} is in use by another process`);
    expect((await send(`${first.url}/healthz`)).status).toBe(200);
  }, 30_000);

  test.each([
    [{ PORT: 'http' }, 'PORT="http": expected a port, 0 to 65535'],
    [{ PORT: '65536' }, 'PORT="65536": expected a port, 0 to 65535'],
    [{ PORTOLAN_URL: 'portolan.example' }, 'PORTOLAN_URL="portolan.example": expected a URL'],
    [{ PORTOLAN_COINBASE_URL: 'coinbase' }, 'PORTOLAN_COINBASE_URL="coinbase": expected a URL'],
    [{ PORTOLAN_ALLOW_PRIVATE: 'maybe' }, 'PORTOLAN_ALLOW_PRIVATE="maybe": expected true or false'],
  ])(
    'the settings %j, by name, value and what was expected',
    async (environment, told) => {
      using folder = temporaryFolder();
      expect(refusal(await startWith({ PORTOLAN_DATA: folder.path, ...environment }))).toContain(told);
    },
    30_000,
  );

  test('all bad settings at once', async () => {
    using folder = temporaryFolder();
    const said = refusal(await startWith({ PORTOLAN_DATA: folder.path, PORT: '-1', PORTOLAN_LOG: 'loud' }));
    expect(said).toContain('PORT="-1"');
    expect(said).toContain('PORTOLAN_LOG="loud"');
  }, 30_000);

  test('a webhook secret that is none, without showing it', async () => {
    using folder = temporaryFolder();
    const said = refusal(await startWith({ PORTOLAN_DATA: folder.path, PORTOLAN_WEBHOOK_SECRET: 'hunter2' }));
    expect(said).toContain('PORTOLAN_WEBHOOK_SECRET');
    expect(said).not.toContain('hunter2');
  }, 30_000);

  test('a kept secret that was damaged, naming its file', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'webhook-secret'), 'whsec_short\n');
    expect(refusal(await startWith({ PORTOLAN_DATA: folder.path }))).toContain(join(folder.path, 'webhook-secret'));
  }, 30_000);

  test('a kept secret that cannot be read', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'webhook-secret'));
    expect(refusal(await startWith({ PORTOLAN_DATA: folder.path }))).toContain(join(folder.path, 'webhook-secret'));
  }, 30_000);
});
