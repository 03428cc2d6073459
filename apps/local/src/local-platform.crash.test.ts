import { setTimeout as pause } from 'node:timers/promises';
import { audit, type Audit, type Promised } from './audit/audit.ts';
import { startWebhookReceiver, type Hook, type WebhookReceiver } from './receiver/webhook-receiver.ts';
import { eventually, listAll, scheduling, send } from './testing/client.ts';
import { drawsFrom, type Draws } from './testing/draws.ts';
import { Address, startLoad, type Load } from './testing/load.ts';
import { startPlatformProcess, startProgram, temporaryFolder } from './testing/platform-process.ts';
import { generateSecret } from '@portolan/webhook';

/** A few by default; `npm run test:crash` sets more. */
const rounds = Number(process.env['PORTOLAN_CRASH_ROUNDS'] ?? 3);
const seed = Number(process.env['PORTOLAN_SEED'] ?? 1);
const limitMs = 60_000 + rounds * 5_000;
/** A run whose attempt a crash cut off is left alone for its lease: its timeout, here 1 s, and 15 s. */
const recoveryMs = 45_000;

const secret = generateSecret();

/** A receiver that is slow at times, and fails at times. */
const startReceiver = (draws: Draws): Promise<WebhookReceiver> =>
  startWebhookReceiver(
    () => secret,
    async () => {
      if (draws.next() < 0.3) await pause(draws.between(1, 40));
      return { status: draws.next() < 0.05 ? 503 : 204 };
    },
  );

/** What a kill interrupted. */
interface Kill {
  /** Promises answered whose last instant was still to come. */
  readonly open: number;
}

/** Kills the platform again and again while clients use it; the last one is left to finish everything. */
async function killUnderLoad(dataFolder: string, load: Load, address: Address, draws: Draws) {
  const kills: Kill[] = [];
  const start = () => startPlatformProcess(dataFolder, { PORTOLAN_WEBHOOK_SECRET: secret }, limitMs);
  for (let round = 1; round <= rounds; round++) {
    if (round % 3 === 0) await killWhileItStarts(dataFolder, draws.between(50, 600));
    const platform = await start();
    address.up(platform.url);
    await pause(draws.between(500, 1_600));
    const now = Date.now();
    const isOpen = ({ answered, occurrences }: Promised): boolean => answered && occurrences.at(-1)!.earliestAt > now;
    kills.push({ open: [...load.promised.values()].filter(isOpen).length });
    address.down();
    expect(await platform.stop('SIGKILL')).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  }
  const platform = await start();
  address.up(platform.url);
  await load.stop();
  return { platform, kills };
}

async function killWhileItStarts(dataFolder: string, afterMs: number): Promise<void> {
  const program = startProgram('main.ts', {
    environment: { PORTOLAN_DATA: dataFolder, PORTOLAN_WEBHOOK_SECRET: secret, PORTOLAN_LOG: 'error' },
  });
  await pause(afterMs);
  await program.stop('SIGKILL');
}

/** Of the promises without an answer, those that turn out to have been taken on: they must be kept as well. */
async function withFate(url: string, { promised }: Load): Promise<{ promised: Promised[]; takenOn: number }> {
  let takenOn = 0;
  const all: Promised[] = [];
  for (const one of promised.values()) {
    if (one.answered) {
      all.push(one);
      continue;
    }
    const { status, body } = await send(scheduling(url, `/tasks/${one.task}`));
    expect([one.task, [200, 404].includes(status)]).toEqual([one.task, true]);
    if (status === 200) takenOn++;
    // How often a recurring one comes is not known without the instant at which it was taken on.
    all.push({
      ...one,
      answered: status === 200 && (one.label !== 'interval' || body.count === one.occurrences.length),
    });
  }
  return { promised: all, takenOn };
}

const unfinished = async (url: string): Promise<number> => {
  const answers = await Promise.all(
    ['scheduled', 'running'].map((state) => send(scheduling(url, `/tasks?limit=1&state=${state}`))),
  );
  return answers.reduce((total, { body }) => total + (body.tasks as unknown[]).length, 0);
};

function summary(kills: readonly Kill[], { rows }: Audit, hooks: readonly Hook[], load: Load, takenOn: number): string {
  const answered = [...load.promised.values()].filter((one) => one.answered).length;
  const runs = new Set(hooks.map(({ webhookId }) => webhookId)).size;
  const again =
    hooks.filter(({ accepted }) => accepted).length - rows.filter(({ arrivals }) => arrivals.length > 0).length;
  return (
    `crash: seed ${seed}, ${kills.length} kills with ${kills.map(({ open }) => open).join(', ')} tasks open; ` +
    `${answered} tasks answered, ${load.promised.size - answered} not (${takenOn} of them taken on); ` +
    `${runs} runs in ${hooks.length} requests, ${again} delivered again after they were accepted\n`
  );
}

test(
  `${rounds} kills at random moments under load: nothing answered is lost, nothing is early, every run keeps its id`,
  async () => {
    using folder = temporaryFolder();
    const draws = drawsFrom(seed);
    await using receiver = await startReceiver(drawsFrom(seed + 1));
    const address = new Address();
    const load = startLoad(20, address, receiver.url, drawsFrom(seed + 2));
    const { platform, kills } = await killUnderLoad(folder.path, load, address, draws);
    await using _platform = platform;
    const { url } = platform;
    expect(load.refusals).toEqual([]);
    // A test without kills, or without work to interrupt, would prove nothing.
    expect(kills.length).toBeGreaterThan(0);
    for (const { open } of kills) expect(open).toBeGreaterThan(0);

    expect(
      await eventually(
        () => unfinished(url),
        (count) => count === 0,
        recoveryMs,
      ),
    ).toBe(0);
    const { promised, takenOn } = await withFate(url, load);
    const outcome = audit(promised, receiver.hooks, { repeats: 'allowed' });
    process.stdout.write(summary(kills, outcome, receiver.hooks, load, takenOn));
    // A handful shows what went wrong; thousands would hide it.
    expect({ faults: outcome.faults.length, first: outcome.faults.slice(0, 10) }).toEqual({ faults: 0, first: [] });

    const listed = await listAll(url);
    expect(listed.filter(({ state }) => state !== 'succeeded')).toEqual([]);
    const ids = new Set(listed.map(({ id }) => id));
    expect(ids.size).toBe(listed.length);
    expect(promised.filter(({ task, answered }) => answered && !ids.has(task))).toEqual([]);
    expect(listed.filter(({ id }) => !load.promised.has(id))).toEqual([]);
    expect(await platform.stop('SIGTERM')).toMatchObject({ code: 0, stderr: '' });
  },
  limitMs,
);
