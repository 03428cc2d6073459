import type { Occurrence, Promised } from '../audit/audit.ts';
import type { Hook, HookAnswer } from '../receiver/webhook-receiver.ts';
import type { Client } from './client.ts';

/** What was asked of the platform, and what of it needs a hand later. */
export interface Scenario {
  readonly promised: readonly Promised[];
  /** No task is due after this instant, not even one that must not come; milliseconds since 1970. */
  readonly lastAt: number;
}

const exactly = (at: number): Occurrence => ({ earliestAt: at, latestAt: at });
const iso = (at: number): string => new Date(at).toISOString();
const zone = 'Asia/Kathmandu';

/** Tasks in the one batch. */
const batchSize = 200;

/**
 * Asks for tasks of every sort, due within eight seconds of `start`. What is expected of each is computed from what was
 * asked, never from what the platform says it understood.
 *
 * @param start - A whole second, milliseconds since 1970; a little ahead.
 * @param hook - Where the receiver listens, without a path.
 */
export async function schedule(client: Client, start: number, hook: string): Promise<Scenario> {
  const target = (path: string) => ({ kind: 'webhook', url: `${hook}${path}` });
  const promised: Promised[] = [];
  const promise = (task: string, label: string, occurrences: readonly Occurrence[], requests = 1): void =>
    void promised.push({ task, label, occurrences, requests, answered: true });
  const create = (id: string, body: object, path = '/ok') =>
    client.call(201, 'POST', '/tasks', { id, target: target(path), ...body });

  for (const afterMs of [1_000, 2_345, 5_000]) {
    await create(`at-${afterMs}`, { at: iso(start + afterMs) });
    promise(`at-${afterMs}`, 'at an instant', [exactly(start + afterMs)]);
  }
  for (const delayMs of [0, 500, 4_000]) {
    const { sentAt, answeredAt } = await create(`delay-${delayMs}`, { delayMs });
    const occurrence = { earliestAt: sentAt + delayMs, latestAt: answeredAt + delayMs };
    promise(`delay-${delayMs}`, `after ${delayMs} ms`, [occurrence]);
  }
  const beats = [0, 1, 2, 3].map((n) => start + 2_000 + n * 1_000);
  await create('interval', { everyMs: 1_000, startAt: iso(beats[0]!), count: beats.length });
  promise('interval', 'every second, 4 times', beats.map(exactly));

  const evens = firstEvenSeconds(start + 2_000, 3);
  await create('cron', { cron: '*/2 * * * * *', startAt: iso(start + 2_000), count: evens.length });
  promise('cron', 'cron */2 * * * * *, 3 times', evens.map(exactly));
  const pattern = patternOf(start + 6_000, zone);
  await create('cron-zone', { cron: pattern, timeZone: zone, count: 1 });
  promise('cron-zone', `cron ${pattern} in ${zone}`, [exactly(start + 6_000)]);

  await create('flaky', { at: iso(start + 2_000), retry: { maxAttempts: 5, baseMs: 100, capMs: 400 } }, '/flaky');
  promise('flaky', 'its receiver fails twice', [exactly(start + 2_000)], 3);
  await create('broken', { at: iso(start + 1_000), retry: { maxAttempts: 2, baseMs: 100, capMs: 200 } }, '/broken');
  promise('broken', 'fails for good, then redriven', [exactly(start + 1_000)], 3);

  await create('cancelled', { at: iso(start + 3_000) });
  await client.call(200, 'DELETE', '/tasks/cancelled');
  promise('cancelled', 'cancelled: must not come', []);
  await create('later', { at: iso(start + 2_000) });
  await client.call(200, 'PATCH', '/tasks/later', { at: iso(start + 7_000) });
  promise('later', 'put off from +2 s to +7 s', [exactly(start + 7_000)]);
  await create('sooner', { at: iso(start + 3_600_000) });
  await client.call(200, 'PATCH', '/tasks/sooner', { at: iso(start + 3_000) });
  promise('sooner', 'moved from +1 h to +3 s', [exactly(start + 3_000)]);

  const twice = { id: 'twice', target: target('/ok'), at: iso(start + 4_000) };
  await client.call(201, 'POST', '/tasks', twice);
  await client.call(200, 'POST', '/tasks', twice);
  await client.call(409, 'POST', '/tasks', { ...twice, at: iso(start + 4_001) });
  promise('twice', 'created twice under one id', [exactly(start + 4_000)]);

  const batch = Array.from({ length: batchSize }, (_, n) => `batch-${n}`);
  const tasks = batch.map((id) => ({ id, target: target('/ok'), at: iso(start + 5_000) }));
  await client.call(200, 'POST', '/tasks/batch', { tasks });
  for (const id of batch) promise(id, `batch of ${batchSize} at one instant`, [exactly(start + 5_000)]);
  return { promised, lastAt: start + 8_000 };
}

/** The receiver's part: one path fails twice, one until it is repaired, the others answer. */
export function newBehaviour(): { answer(hook: Pick<Hook, 'path'>): HookAnswer; repair(): void } {
  let flaky = 0;
  let repaired = false;
  return {
    answer({ path }) {
      if (path === '/flaky') return { status: ++flaky <= 2 ? 503 : 204 };
      return { status: path === '/broken' && !repaired ? 500 : 204 };
    },
    repair: () => void (repaired = true),
  };
}

/** Sends the one run that was given up back to its receiver, once that is repaired. @returns Whether it was there to send. */
export async function redrive(client: Client, repair: () => void): Promise<boolean> {
  const { body } = await client.call(200, 'GET', '/dead-letters');
  const letter = (body['deadLetters'] as readonly { readonly id: string; readonly task: string }[])[0];
  if (letter === undefined) return false;
  repair();
  await client.call(202, 'POST', `/dead-letters/${letter.id}/redrive`);
  return true;
}

/** Cron's seconds divide the minute, so every even second of the clock is one, in every zone with whole minutes. */
export function firstEvenSeconds(from: number, count: number): readonly number[] {
  const first = Math.ceil(from / 2_000) * 2_000;
  return Array.from({ length: count }, (_, n) => first + n * 2_000);
}

/** The pattern of one instant on the clocks of a zone, by the platform's own calendar and not by the scheduler's. */
export function patternOf(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    second: 'numeric',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    month: 'numeric',
    hourCycle: 'h23',
  }).formatToParts(at);
  const field = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return [field('second'), field('minute'), field('hour'), field('day'), field('month'), '*'].join(' ');
}
