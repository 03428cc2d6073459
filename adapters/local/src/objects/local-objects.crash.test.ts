import { bytesOf, type ObjectCreated } from '@portolan/kernel';
import { seededRandom } from '@portolan/kernel/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { filesBecome } from '../testing/files-become.ts';
import { contentOf, openCrashed } from '../testing/objects-writer.ts';
import { inlineBytes } from './intake.ts';

/** A few by default; `npm run test:crash` sets more. */
const rounds = Number(process.env['PORTOLAN_CRASH_ROUNDS'] ?? 3);
const random = seededRandom(Number(process.env['PORTOLAN_SEED'] ?? 1));

const folder = mkdtempSync(join(tmpdir(), 'portolan-objects-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'crash.db');

/** What one key has been through. */
interface Told {
  begun: number;
  answered: number;
}

/** Starts a process that writes without end, and kills it at a random moment. @returns What it said until then. */
async function killWriter(firstVersion: number): Promise<string> {
  const program = join(import.meta.dirname, '../testing/objects-writer.ts');
  const args = ['--disable-warning=ExperimentalWarning', '--conditions=@portolan/source', program, file];
  const child = spawn(process.execPath, [...args, String(firstVersion)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.startsWith('ready')) resolve();
    });
  });
  const closed = once(child, 'close');
  await Promise.race([ready, closed]);
  await pause(50 + 400 * random.next());
  child.kill('SIGKILL');
  await closed;
  return said;
}

/** The last version of each key that was begun and that was answered, and every tag that was told. */
function read(said: string): { readonly keys: ReadonlyMap<string, Told>; readonly tags: readonly string[] } {
  const keys = new Map<string, Told>();
  const tags: string[] = [];
  for (const line of said.split('\n').slice(1, -1)) {
    const [what = '', key = '', version = ''] = line.split(' ');
    const told = keys.get(key) ?? { begun: 0, answered: 0 };
    if (what === 'begin') told.begun = Number(version);
    else told.answered = Number(version);
    if (what.startsWith('written:')) tags.push(what.slice('written:'.length));
    keys.set(key, told);
  }
  return { keys, tags };
}

/** Everything that was told to a listener which was down meanwhile. */
async function toldListener(place: Awaited<ReturnType<typeof openCrashed>>['place'], tags: readonly string[]) {
  const missing = new Set(tags);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  if (missing.size === 0) resolve();
  const consumption = await place.consume(
    (batch) =>
      batch.map(async ({ message }) => {
        missing.delete((message as ObjectCreated).tag);
        if (missing.size === 0) resolve();
      }),
    { batchSize: 1, visibilityMs: 10_000, subscription: 'listener', filter: {} },
  );
  const limit = new AbortController();
  await Promise.race([all, pause(10_000, undefined, { signal: limit.signal })]);
  limit.abort();
  await consumption.stop();
  return missing;
}

test(
  `${rounds} kills under writes: no object is lost, old again or half, every listener is told, and no file is left over`,
  async () => {
    let version = 1;
    let answers = 0;
    for (let round = 0; round < rounds; round++) {
      const { keys, tags } = read(await killWriter(version));
      answers += tags.length;
      const { engine, place } = await openCrashed(file);
      let longOnes = 0;
      for (const [key, { begun, answered }] of keys) {
        const found = await place.get(key);
        const content = found && (await bytesOf(found.body, 1e9));
        const standing = content && new DataView(content.buffer, content.byteOffset).getUint32(0);
        const possible = [answered, begun].map((v) => (v === 0 || v % 7 === 0 ? undefined : v));
        // Nothing of this round was answered: what stood before still may.
        if (answered > 0) expect([key, possible.includes(standing)]).toEqual([key, true]);
        if (content !== undefined) {
          expect(Buffer.compare(content, contentOf(standing!))).toBe(0);
          if (content.length > inlineBytes) longOnes++;
        }
        version = Math.max(version, begun + 1);
      }
      expect([...(await toldListener(place, tags))]).toEqual([]);
      await filesBecome(join(`${file}-objects`, 'crash.crashed'), longOnes);
      await place[Symbol.asyncDispose]();
      engine.close();
    }
    // Kills that interrupt nothing prove nothing.
    expect(answers).toBeGreaterThan(20 * rounds);
  },
  30_000 + rounds * 5_000,
);
