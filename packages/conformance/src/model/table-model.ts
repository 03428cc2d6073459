import assert from 'node:assert/strict';
import type { Stored } from '@portolan/kernel';
import fc from 'fast-check';
import type { ConformanceRun, Harness } from '../harness.ts';
import { eventually } from '../suite/expect.ts';
import { everything, things, type Thing, type ThingKey, type Things } from '../table/things.ts';
import { linearize } from './linearize.ts';
import { isVirtual, settingsFor } from './runs.ts';
import { rounds, type Round } from './table-commands.ts';
import { call, emptyModel, samePage, type Model } from './table-reference.ts';

const groups = ['g', 'h'];
const states = ['open', 'done'];

/**
 * Sends random rounds of concurrent commands to tables, and compares every answer, and everything they hold, with the
 * reference.
 *
 * @param settings - @default as the engine allows
 * @throws with the seed, and the shortest rounds found, when no order of a round's commands explains its answers.
 */
export async function checkTable(
  start: ConformanceRun['harness'],
  engine: ConformanceRun['engine'],
  settings: fc.Parameters<unknown> = settingsFor(engine, 60, 15),
): Promise<void> {
  const property = fc.asyncProperty(rounds(isVirtual(engine)), async (planned) => {
    await using harness = await start();
    await playTable(harness, planned);
  });
  await fc.assert(property, settings as fc.Parameters<[Round[]]>);
}

async function playTable(harness: Harness, planned: readonly Round[]): Promise<void> {
  const table = await harness.open(things);
  const versions = new Versions();
  let models: readonly Model[] = [emptyModel()];
  for (const { passMs, commands } of planned) {
    if (passMs > 0) await harness.pass(passMs);
    const now = harness.now();
    const seen = (key: ThingKey, back: number): string => versions.back(key, back);
    const alone = commands.length === 1;
    const answered = await Promise.all(commands.map((command) => call(command, table, seen, now, alone)));
    const explained = linearize(models, answered.flat());
    assert.ok(explained.length > 0, `no order of these explains their answers: ${JSON.stringify(commands)}`);
    const content = await contentOf(table, versions);
    models = distinct(
      explained.flatMap((model) => agreeing(model, content, now)),
      now,
    );
    assert.ok(
      models.length > 0,
      `after ${JSON.stringify(commands)} the table holds ${JSON.stringify([...content.values()])}`,
    );
  }
  await agreeOnIndex(harness, table, models[0]!);
}

/** Everything the table holds, by partition. */
async function contentOf(table: Things, versions: Versions): Promise<ReadonlyMap<string, readonly Stored<Thing>[]>> {
  const content = new Map<string, readonly Stored<Thing>[]>();
  for (const partition of groups) {
    const items = await everything(table, { partition, limit: 2 });
    for (const { item, version } of items) versions.add(item, version);
    content.set(partition, items);
  }
  return content;
}

/** The model, if it holds what the table holds: none or one. */
function agreeing(model: Model, content: ReadonlyMap<string, readonly Stored<Thing>[]>, now: number): Model[] {
  let pairs: Model['pairs'] | undefined = model.pairs;
  for (const [partition, items] of content) {
    if (pairs === undefined) return [];
    pairs = samePage(pairs, items, model.table.query({ partition, limit: 1_000 }, now).items as Stored<Thing>[]);
  }
  return pairs === undefined ? [] : [{ ...model, pairs }];
}

/** Orders that led to the same state are one: otherwise there would be six times as many after each round. */
function distinct(models: readonly Model[], now: number): readonly Model[] {
  const byContent = new Map<string, Model>();
  for (const model of models) {
    const items = groups.flatMap((partition) => model.table.query({ partition, limit: 1_000 }, now).items);
    byContent.set(
      JSON.stringify(items.map((stored) => ({ ...stored, version: model.pairs.engine(stored.version) }))),
      model,
    );
  }
  return [...byContent.values()];
}

async function agreeOnIndex(harness: Harness, table: Things, { table: reference }: Model): Promise<void> {
  for (const partition of states) {
    const range = { partition, index: 'byState', limit: 2 } as const;
    await eventually(harness, async () => {
      const found = (await everything(table, range)).map(({ item }) => item);
      const expected = reference
        .query({ ...range, limit: 1_000 }, harness.now())
        .items.map(({ item }) => item as Thing);
      assert.deepEqual(
        found.map(({ at }) => at),
        expected.map(({ at }) => at),
        'the order of the index',
      );
      // Items of one place come in any order.
      assert.deepEqual(byKey(found), byKey(expected), `index of ${partition}`);
    });
  }
}

const byKey = (items: readonly Thing[]): readonly Thing[] =>
  items.toSorted((x, y) => (`${x.group}/${x.id}` < `${y.group}/${y.id}` ? -1 : 1));

/** The versions seen under each key, for conditions to name. */
class Versions {
  readonly #byKey = new Map<string, string[]>();

  add({ group, id }: ThingKey, version: string): void {
    const seen = this.#byKey.get(`${group}/${id}`) ?? [];
    if (seen.at(-1) !== version) seen.push(version);
    this.#byKey.set(`${group}/${id}`, seen);
  }

  /** The version seen so many before the last, or one that no item ever has. */
  back({ group, id }: ThingKey, back: number): string {
    return this.#byKey.get(`${group}/${id}`)?.at(-1 - back) ?? 'never-seen';
  }
}
