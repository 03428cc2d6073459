import assert from 'node:assert/strict';
import { minutes } from '@portolan/kernel';
import { within } from '../suite/expect.ts';
import { hostCase, type Stage } from './stage.ts';
import { jobs, lots, visibilityMs } from './subject.ts';

/** Long enough for all attempts of a message, with room for platforms that count in their own time. */
const lifeMs = minutes(25);

const viaQueues = (title: string, run: (stage: Stage, port: 'jobs' | 'lots') => Promise<void>) => [
  hostCase(`${title}, one at a time`, (stage) => run(stage, 'jobs')),
  hostCase(`${title}, in batches`, (stage) => run(stage, 'lots')),
];

async function deadLetters({ service }: Stage, port: 'jobs' | 'lots') {
  return (await (await service.open(port === 'jobs' ? jobs : lots)).deadLetters()).items;
}

/** Messages, events, timers and schedules: what functions are given, and what becomes of those that fail. */
export const triggerCases = [
  ...viaQueues('brings a message to its function, with the correlation id of its cause', async (stage, port) => {
    const correlationId = await stage.send(port, { id: 'a', how: 'note' });
    const note = await stage.noted('a');
    assert.deepEqual([note.attempt, note.correlationId], [1, correlationId]);
    assert.ok(Math.abs(note.at! - stage.harness.now()) < 60_000, `sent at ${note.at}`);
  }),
  ...viaQueues('gives a function a deadline no later than its port allows', async (stage, port) => {
    await stage.send(port, { id: 'a', how: 'note' });
    const { leftMs } = await stage.noted('a');
    assert.ok(leftMs !== undefined && leftMs > 0 && leftMs <= visibilityMs, `${leftMs} ms left`);
  }),
  ...viaQueues('brings a message again that failed, and counts', async (stage, port) => {
    await stage.send(port, { id: 'a', how: 'fail-once' });
    assert.equal((await stage.noted('a', lifeMs)).attempt, 2);
  }),
  ...viaQueues('lets one message that fails spoil no other', async (stage, port) => {
    const queue = await stage.service.open(port === 'jobs' ? jobs : lots);
    const errands = ['a', 'b', 'c', 'd'].map((id) => ({ id, how: id === 'b' ? 'fail' : 'note' }) as const);
    await queue.sendBatch(errands.map((message) => ({ message })));
    for (const id of ['a', 'c', 'd']) assert.equal((await stage.noted(id, lifeMs)).attempt, 1);
    await within(stage.harness, lifeMs, async () => assert.equal((await deadLetters(stage, port)).length, 1), 5_000);
    assert.equal(await stage.note('b'), undefined);
  }),
  ...viaQueues('keeps a message whose every attempt failed, with the reason', async (stage, port) => {
    await stage.send(port, { id: 'a', how: 'fail' });
    const [dead] = await within(
      stage.harness,
      lifeMs,
      async () => {
        const found = await deadLetters(stage, port);
        assert.equal(found.length, 1);
        return found;
      },
      5_000,
    );
    assert.deepEqual([dead!.message, dead!.attempts], [{ id: 'a', how: 'fail' }, 3]);
    assert.match(dead!.reason, /told to fail, attempt 3/);
  }),
  hostCase('gives up poison at once', async (stage) => {
    await stage.send('jobs', { id: 'a', how: 'poison' });
    const [dead] = await deadSoon(stage);
    assert.deepEqual([dead!.attempts, dead!.message], [1, { id: 'a', how: 'poison' }]);
  }),
  hostCase('takes a message of another shape for poison, and names its field', async (stage) => {
    await (await stage.service.open(jobs)).send({ id: 'a', how: 'dance' } as never);
    const [dead] = await deadSoon(stage);
    assert.match(dead!.reason, /queue "jobs": malformed message: .*how/);
  }),
  hostCase('waits as long as a function asks for, and does not count that', async (stage) => {
    await stage.send('jobs', { id: 'a', how: 'later' });
    const note = await stage.noted('a', lifeMs);
    assert.equal(note.attempt, 1);
    assert.ok(stage.harness.now() - note.at! >= 30_000);
  }),
  hostCase('takes a function that gives no answer for one that failed', async (stage) => {
    await stage.send('jobs', { id: 'a', how: 'hang' });
    assert.equal((await stage.noted('a', lifeMs)).attempt, 2);
  }),
  hostCase('brings events to the functions whose filter they match', async (stage) => {
    const correlationId = await stage.send('news', { id: 'a', how: 'note' });
    await stage.send('news', { id: 'b', how: 'later' });
    await stage.send('news', { id: 'c', how: 'note' });
    assert.equal((await stage.noted('a')).correlationId, correlationId);
    await stage.noted('c');
    assert.equal(await stage.note('b'), undefined);
  }),
  hostCase('fires a timer at its instant or after it, with its id and its instant', async (stage) => {
    const setAt = stage.harness.now();
    const correlationId = await stage.send('alarms', { id: 'a', how: 'note' });
    await stage.harness.pass(60_000);
    assert.equal(await stage.note('a'), undefined);
    const note = await stage.noted('a', minutes(5));
    assert.ok(note.at! >= setAt + minutes(2), 'the instant it was set for');
    assert.ok(stage.harness.now() >= note.at!, 'not early');
    assert.deepEqual([note.attempt, note.correlationId], [1, correlationId]);
  }),
  hostCase('fires a timer again whose function failed', async (stage) => {
    await stage.send('alarms', { id: 'a', how: 'fail-once' });
    assert.equal((await stage.noted('a', lifeMs)).attempt, 2);
  }),
  hostCase('calls the functions of schedules with the instant of the tick', async (stage) => {
    const at = Math.floor(stage.harness.now() / 60_000) * 60_000;
    await stage.service.tick('sweep', at);
    await stage.service.tick('nightly', at);
    assert.deepEqual([(await stage.noted('swept')).at, (await stage.noted('nightly')).at], [at, at]);
  }),
];

async function deadSoon(stage: Stage) {
  return within(stage.harness, 10_000, async () => {
    const found = await deadLetters(stage, 'jobs');
    assert.equal(found.length, 1);
    return found;
  });
}
