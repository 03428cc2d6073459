import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audit, type Audit } from '../audit/audit.ts';
import { processLog } from '../log.ts';
import { startPlatform, type RunningPlatform } from '../platform.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../receiver/webhook-receiver.ts';
import { readSettings } from '../settings.ts';
import { newClient, type Client } from './client.ts';
import { newBehaviour, redrive, schedule, type Scenario } from './scenario.ts';

/** Patience after the last instant, in milliseconds. */
const graceMs = 4_000;
/** How long to listen on for what must not come once everything else has, in milliseconds. */
const listenOnMs = 500;

/**
 * Runs the whole platform in this process on a free port and an empty folder, asks it for tasks over HTTP, and holds what
 * reaches a receiver against what was asked. Leaves nothing behind.
 *
 * @param tell - Called with a line of progress about once a second.
 */
export async function runDemo(tell: (line: string) => void): Promise<Audit> {
  const folder = await mkdtemp(join(tmpdir(), 'portolan-demo-'));
  const behaviour = newBehaviour();
  let platform: RunningPlatform | undefined;
  let receiver: WebhookReceiver | undefined;
  try {
    const settings = readSettings({ PORT: '0', PORTOLAN_DATA: folder, PORTOLAN_COINBASE_URL: 'off' });
    receiver = await startWebhookReceiver(
      () => settings.secrets[0]!,
      (hook) => behaviour.answer(hook),
    );
    platform = await startPlatform(settings, processLog('error'));
    tell(`the platform is at ${platform.url}, the receiver at ${receiver.url}`);
    const client = newClient(platform.url);
    const start = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
    const scenario = await schedule(client, start, receiver.url);
    tell(`asked for ${scenario.promised.length} tasks, the last due at ${new Date(scenario.lastAt).toISOString()}`);
    return await watch(scenario, receiver, client, behaviour, tell);
  } finally {
    await platform?.close();
    await receiver?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
}

async function watch(
  { promised, lastAt }: Scenario,
  receiver: WebhookReceiver,
  client: Client,
  behaviour: { repair(): void },
  tell: (line: string) => void,
): Promise<Audit> {
  const look = (): Audit => audit(promised, receiver.hooks, { repeats: 'refused' });
  const missing = (): number => look().faults.filter(({ kind }) => kind === 'missing').length;
  const expected = look().rows.filter(({ occurrence }) => occurrence !== undefined).length;
  let redriven = false;
  for (;;) {
    const now = Date.now();
    const left = missing();
    if ((left === 0 && now >= lastAt) || now >= lastAt + graceMs) break;
    await receiver.until(() => false, 1_000);
    if (!redriven) {
      redriven = await redrive(client, behaviour.repair);
      if (redriven) tell('one task was given up; its receiver is repaired, and the task is sent back');
    }
    tell(`${expected - missing()} of ${expected} have arrived`);
  }
  await receiver.until(() => false, listenOnMs);
  return look();
}
