import { objects, type ObjectsPort } from '@portolan/kernel';
import { nodeEnvironment, systemAlarm } from '@portolan/node';
import { Engine } from '../engine/engine.ts';
import { Runtime } from '../host/runtime.ts';
import { localObjects } from '../objects/local-objects.ts';
import type { SqliteObjects } from '../objects/sqlite-objects.ts';

/** What the crash test writes, and looks at afterwards. */
export const crashed: ObjectsPort = objects('crashed');

export async function openCrashed(file: string): Promise<{ readonly engine: Engine; readonly place: SqliteObjects }> {
  const alarm = systemAlarm();
  const engine = new Engine(file, alarm);
  const opening = { service: 'crash', port: crashed, environment: nodeEnvironment(alarm), parts: {} };
  const place = (await localObjects().open(opening, new Runtime(engine) as never)) as SqliteObjects;
  return { engine, place };
}

/** Sizes on both sides of what goes into the platform's file, and streams of several chunks. */
const sizes = [10, 5_000, 32_768, 40_000, 150_000];

/** The content of a version of an object: told by its first four bytes, and the same all along. */
export const contentOf = (version: number): Uint8Array => {
  const content = new Uint8Array(sizes[version % sizes.length]!).fill(version % 251);
  new DataView(content.buffer).setUint32(0, version);
  return content;
};

/** Writes one key over and over, version by version, and tells on standard output what it begins and what was answered. */
async function writeOver(place: SqliteObjects, key: string, from: number): Promise<never> {
  for (let version = from; ; version++) {
    const say = (what: string): boolean => process.stdout.write(`${what} ${key} ${version}\n`);
    say('begin');
    if (version % 7 === 0) {
      await place.delete(key);
      say('deleted');
      continue;
    }
    const content = contentOf(version);
    const result = await place.put(key, version % 2 === 0 ? content : streamed(content));
    if (result.kind === 'written') say(`written:${result.tag}`);
  }
}

async function* streamed(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += 20_000) yield content.subarray(at, at + 20_000);
}

// As a program: <file> <first version>.
const [, program, file, from] = process.argv;
if (program === import.meta.filename && file !== undefined) {
  const { place } = await openCrashed(file);
  const consumption = await place.consume(() => [], {
    batchSize: 1,
    visibilityMs: 1_000,
    subscription: 'listener',
    filter: {},
  });
  // It is down from here on: what is created waits for it.
  await consumption.stop();
  process.stdout.write('ready\n');
  await Promise.all(Array.from({ length: 8 }, (_, worker) => writeOver(place, `key-${worker}`, Number(from))));
}
