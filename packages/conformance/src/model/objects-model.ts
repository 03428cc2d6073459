import assert from 'node:assert/strict';
import type { ObjectInfo, Objects } from '@portolan/kernel';
import fc from 'fast-check';
import type { ConformanceRun } from '../harness.ts';
import { contentOf, everyObject, uploads } from '../objects/bench.ts';
import type { ObjectsHarness } from '../objects/objects-harness.ts';
import { linearize } from './linearize.ts';
import { objectsRounds, type ObjectsRound } from './objects-commands.ts';
import { callObjects, emptyObjects, textOf, type ObjectsModel } from './objects-reference.ts';
import { settingsFor } from './runs.ts';

/**
 * Sends random rounds of concurrent commands to objects, with restarts between, and compares every answer, and everything
 * they hold, with the reference.
 *
 * @param settings - @default as the engine allows
 * @throws with the seed, and the shortest rounds found, when no order of a round's commands explains its answers.
 */
export async function checkObjects(
  start: ConformanceRun<ObjectsHarness>['harness'],
  engine: ConformanceRun['engine'],
  settings: fc.Parameters<unknown> = settingsFor(engine, 60, 10),
): Promise<void> {
  const property = fc.asyncProperty(objectsRounds, async (planned) => {
    await using harness = await start();
    await playObjects(harness, planned);
  });
  await fc.assert(property, settings as fc.Parameters<[ObjectsRound[]]>);
}

async function playObjects(harness: ObjectsHarness, planned: readonly ObjectsRound[]): Promise<void> {
  let place = await harness.open(uploads);
  const tags = new Map<string, string[]>();
  const seen = (key: string, back: number): string => tags.get(key)?.at(-1 - back) ?? 'never-seen';
  let models: readonly ObjectsModel[] = [emptyObjects()];
  for (const { restart, commands } of planned) {
    if (restart) {
      await harness.restart?.();
      place = await harness.open(uploads);
    }
    const answered = await Promise.all(commands.map((command) => callObjects(command, place, seen)));
    const explained = linearize(models, answered.flat());
    assert.ok(explained.length > 0, `no order of these explains their answers: ${JSON.stringify(commands)}`);
    const standing = await standingIn(place);
    for (const { key, tag } of standing) if (seen(key, 0) !== tag) tags.set(key, [...(tags.get(key) ?? []), tag]);
    models = distinct(explained.filter((model) => describe(model) === JSON.stringify(standing)));
    assert.ok(
      models.length > 0,
      `after ${JSON.stringify(commands)} there stand ${JSON.stringify(standing)}, not ${explained.map(describe).join(' or ')}`,
    );
  }
}

type Standing = Pick<ObjectInfo, 'key' | 'tag' | 'sizeBytes'> & { readonly content: string };

/** Everything that stands, as its list and its content tell it. */
async function standingIn(place: Objects): Promise<readonly Standing[]> {
  const listed = await everyObject(place, { limit: 2 });
  return Promise.all(
    listed.map(async ({ key, tag, sizeBytes }) => ({
      key,
      tag,
      sizeBytes,
      content: textOf(await contentOf(place, key)),
    })),
  );
}

/** What stands by a model, as text. */
function describe({ objects }: ObjectsModel): string {
  const standing = objects.list().items.map(({ key, tag, sizeBytes }) => {
    return { key, tag, sizeBytes, content: textOf(objects.get(key)!.content) };
  });
  return JSON.stringify(standing);
}

/** Orders that led to the same state are one: otherwise there would be six times as many after each round. */
function distinct(models: readonly ObjectsModel[]): readonly ObjectsModel[] {
  const whole = ({ objects, contents }: ObjectsModel): string =>
    JSON.stringify([objects.list().items.map(({ key }) => objects.head(key)), [...contents].sort()]);
  return [...new Map(models.map((model) => [whole(model), model])).values()];
}
