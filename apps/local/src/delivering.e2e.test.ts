import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWebhookReceiver, type WebhookReceiver } from './receiver/webhook-receiver.ts';
import { eventually, scheduling, send } from './testing/client.ts';
import { startPlatformProcess, temporaryFolder, type PlatformProcess } from './testing/platform-process.ts';

const open = new AsyncDisposableStack();
const folder = open.use(temporaryFolder());
let platform: PlatformProcess;
let receiver: WebhookReceiver;

beforeAll(async () => {
  platform = open.use(await startPlatformProcess(folder.path));
  const secret = readFileSync(join(folder.path, 'webhook-secret'), 'utf8').trim();
  receiver = open.use(
    await startWebhookReceiver(
      () => secret,
      ({ path }) =>
        path === '/moved' ? { status: 302, headers: { location: `${receiver.url}/elsewhere` } } : { status: 204 },
    ),
  );
}, 30_000);
afterAll(() => open.disposeAsync());

const create = (task: object) => send(scheduling(platform.url, '/tasks'), 'POST', task);
const taskOf = (id: string) => send(scheduling(platform.url, `/tasks/${id}`)).then(({ body }) => body);

interface Letter {
  readonly task: string;
  readonly reason: string;
  readonly attempts: readonly { readonly outcome: string; readonly error?: string }[];
}

async function deadLetterOf(task: string): Promise<Letter | undefined> {
  const find = async () => {
    const { body } = await send(scheduling(platform.url, '/dead-letters?limit=1000'));
    return (body.deadLetters as readonly Letter[]).find((letter) => letter.task === task);
  };
  return eventually(find, (letter) => letter !== undefined);
}

test('a webhook reaches its receiver, signed with the kept secret, whole and not early', async () => {
  const at = Date.now() + 300;
  const payload = { greeting: 'Grüezi 🦊', deep: [[1, null, { a: '' }]] };
  const target = { kind: 'webhook', url: `${receiver.url}/hook?a=b`, headers: { 'x-tenant': 'blue' } };
  expect(await create({ id: 'whole', at: new Date(at).toISOString(), target, payload })).toMatchObject({ status: 201 });
  expect(await receiver.until((hooks) => hooks.some(({ task }) => task === 'whole'), 5_000)).toBe(true);
  const hook = receiver.hooks.find(({ task }) => task === 'whole')!;
  expect(hook).toMatchObject({ path: '/hook?a=b', scheduledAt: at, signed: true, payload });
  expect(hook.headers).toMatchObject({ 'x-tenant': 'blue', 'content-type': 'application/json' });
  expect(hook.arrivedAt).toBeGreaterThanOrEqual(at);
  const done = await eventually(
    () => taskOf('whole'),
    ({ state }) => state === 'succeeded',
  );
  expect(done).toMatchObject({ state: 'succeeded', runs: [{ id: hook.webhookId, attempts: 1, state: 'succeeded' }] });
}, 20_000);

test.each([
  ['a private address', 'http://10.0.0.1/'],
  ['where clouds hand out credentials', 'http://169.254.169.254/latest/meta-data/'],
  ['a private address in IPv6', 'http://[fd00::1]/'],
])(
  '%s is refused at once: a dead letter with one attempt',
  async (_case, url) => {
    const { body } = await create({ delayMs: 0, target: { kind: 'webhook', url } });
    const letter = await deadLetterOf(body.id as string);
    expect(letter?.reason).toMatch(/^refused-address: /);
    expect(letter?.attempts).toMatchObject([{ outcome: 'refused' }]);
    // The dead letter is written first, so that no crash loses it.
    const done = await eventually(
      () => taskOf(body.id as string),
      ({ state }) => state !== 'running',
    );
    expect(done.state).toBe('failed');
  },
  20_000,
);

test('a redirect is an answer, and is not followed', async () => {
  await create({ id: 'moved', delayMs: 0, target: { kind: 'webhook', url: `${receiver.url}/moved` } });
  expect(await deadLetterOf('moved')).toMatchObject({ reason: 'HTTP 302', attempts: [{ status: 302 }] });
  expect(receiver.hooks.filter(({ path }) => path === '/moved')).toHaveLength(1);
  expect(receiver.hooks.filter(({ path }) => path === '/elsewhere')).toEqual([]);
}, 20_000);
