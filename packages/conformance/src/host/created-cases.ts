import assert from 'node:assert/strict';
import { minutes } from '@portolan/kernel';
import { utf8, write } from '../objects/bench.ts';
import { oddKeys } from '../objects/keys.ts';
import { within } from '../suite/expect.ts';
import { hostCase, stepOf, type Stage } from './stage.ts';
import { files } from './subject.ts';

/** Long enough for all attempts of a delivery, with room for platforms that count in their own time. */
const lifeMs = minutes(25);
/** Long enough for a call too many to come. */
const afterMs = minutes(2);

/** Waits until the function was called so often for each of these objects. */
const called = ({ harness, note }: Stage, calls: Readonly<Record<string, number>>, withinMs = 10_000): Promise<void> =>
  within(
    harness,
    withinMs,
    async () => {
      for (const [key, count] of Object.entries(calls)) assert.equal((await note(key))?.calls ?? 0, count, key);
    },
    stepOf(withinMs),
  );

/** Functions that are called for created objects, and what becomes of those they fail at. */
export const createdCases = [
  hostCase('calls a function once for each object that is written, whatever signs its key has', async (stage) => {
    const place = await stage.service.open(files);
    const keys = oddKeys.map((key) => `in/note/${key}`);
    const texts = keys.map((_, index) => 'é'.repeat(index));
    const tags = await Promise.all(keys.map((key, index) => write(place, key, texts[index]!)));
    for (const [index, key] of keys.entries()) {
      const { tag, sizeBytes, attempt, at, leftMs, correlationId } = await stage.noted(key);
      assert.deepEqual([tag, sizeBytes, attempt], [tags[index], utf8(texts[index]!).length, 1], key);
      assert.ok(Math.abs(at! - stage.harness.now()) < 60_000, `written at ${at}`);
      assert.ok(leftMs! > 0 && leftMs! <= files.visibilityMs, `${leftMs} ms left`);
      assert.match(correlationId ?? '', /^[0-9a-f]{32}$/);
    }
    await stage.harness.pass(afterMs);
    await called(stage, Object.fromEntries(keys.map((key) => [key, 1])));
  }),
  hostCase('calls a function for no object whose key begins otherwise than its filter says', async (stage) => {
    const place = await stage.service.open(files);
    const others = ['out/note/a', 'in-note/a', 'IN/note/a', 'a/in/note/a', 'in'];
    for (const key of [...others, 'in/note/a']) await write(place, key, key);
    await stage.noted('in/note/a');
    await stage.harness.pass(afterMs);
    await called(stage, { 'in/note/a': 1, ...Object.fromEntries(others.map((key) => [key, 0])) });
  }),
  hostCase('calls a function again for an object that it failed at, and counts', async (stage) => {
    const tag = await write(await stage.service.open(files), 'in/fail-once/a', 'abc');
    await called(stage, { 'in/fail-once/a': 2 }, lifeMs);
    const { attempt, sizeBytes, ...note } = (await stage.note('in/fail-once/a'))!;
    assert.deepEqual([attempt, note.tag, sizeBytes], [2, tag, 3]);
    await stage.harness.pass(afterMs);
    await called(stage, { 'in/fail-once/a': 2 });
  }),
  hostCase('gives an object up after every attempt, poison after the first, and holds up no other', async (stage) => {
    const place = await stage.service.open(files);
    for (const key of ['in/fail/a', 'in/poison/a', 'in/note/a', 'in/fail/b', 'in/note/b']) await write(place, key, key);
    await called(stage, { 'in/note/a': 1, 'in/note/b': 1, 'in/poison/a': 1 });
    await called(stage, { 'in/fail/a': 3, 'in/fail/b': 3 }, lifeMs);
    assert.equal((await stage.note('in/fail/a'))?.attempt, 3);
    await stage.harness.pass(lifeMs);
    await called(stage, { 'in/note/a': 1, 'in/note/b': 1, 'in/poison/a': 1, 'in/fail/a': 3, 'in/fail/b': 3 });
  }),
];
