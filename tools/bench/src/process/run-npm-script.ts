import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { npmScript } from './npm-script.ts';

export interface RunOptions {
  /** A folder of its own. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Where to write a CPU profile of it. */
  readonly profile?: string | undefined;
}

const preload = new URL('./tell-memory.ts', import.meta.url).href;

/**
 * Runs a script of the workspace to its end, as people do.
 *
 * @returns The most memory that it had.
 * @throws {Error} with what it wrote, unless it succeeds.
 */
export async function runNpmScript(
  name: string,
  args: readonly string[],
  { folder, environment, profile }: RunOptions,
): Promise<{ readonly peakRssMb: number }> {
  const { flags, entry } = npmScript(name);
  const memory = join(folder, 'memory.json');
  const profiled = profile === undefined ? [] : profileFlags(profile);
  const child = spawn(process.execPath, [...flags, ...profiled, '--import', preload, entry, ...args], {
    env: { ...process.env, ...environment, BENCH_MEMORY: memory },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (written = `${written}${chunk.toString()}`.slice(-2_000)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`${name} ended with ${signal ?? code}\n${written}`);
  return JSON.parse(readFileSync(memory, 'utf8')) as { readonly peakRssMb: number };
}

const profileFlags = (file: string): readonly string[] => [
  '--cpu-prof',
  '--cpu-prof-interval=500',
  `--cpu-prof-dir=${dirname(file)}`,
  `--cpu-prof-name=${basename(file)}`,
];
