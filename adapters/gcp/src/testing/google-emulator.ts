import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, listens } from './loopback-ports.ts';

/** An emulator of the Google Cloud SDK, on loopback. */
export interface GoogleEmulator extends AsyncDisposable {
  readonly port: number;
}

const programs = {
  'cloud-firestore-emulator': { path: 'cloud_firestore_emulator', args: ['start'] },
  'pubsub-emulator': { path: join('bin', 'cloud-pubsub-emulator'), args: [] },
} as const;

/** How long an emulator may take to start, in milliseconds. */
const startMs = 60_000;

/**
 * Starts a component of the Google Cloud SDK by its own script, which needs no account and writes nothing to the SDK's
 * folder. It ends, with all that it started, when it is disposed of.
 *
 * @throws {Error} where the SDK or the component is missing, or it does not listen within a minute, with what it wrote.
 */
export async function startGoogleEmulator(component: keyof typeof programs): Promise<GoogleEmulator> {
  const { path, args } = programs[component];
  const program = join(sdkFolder(), 'platform', component, path);
  if (!existsSync(program)) throw new Error(`${program} is missing: install the SDK's component ${component}`);
  const [port] = (await freePorts(1)) as [number];
  // A group of its own: the script starts Java, which has to end with it.
  const child = spawn(program, [...args, '--host=127.0.0.1', `--port=${port}`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written = `${written}${chunk.toString()}`.slice(-4_000)));
  const ended = once(child, 'exit');
  const stop = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // The group has ended by itself.
    }
  };
  process.once('exit', stop);
  for (const end = Date.now() + startMs; !(await listens(port)); await delay(50)) {
    if (child.exitCode === null && Date.now() < end) continue;
    stop();
    throw new Error(`${program} does not listen on port ${port}; it wrote:\n${written}`);
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      process.off('exit', stop);
      stop();
      await ended;
    },
  };
}

function sdkFolder(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const gcloud = folders.map((folder) => join(folder, 'gcloud')).find((file) => existsSync(file));
  if (gcloud === undefined) throw new Error('gcloud is not on PATH: install the Google Cloud SDK');
  return dirname(dirname(realpathSync(gcloud)));
}
