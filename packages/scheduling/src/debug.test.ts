import { tasks, wakeups } from './ports.ts';
const log: string[] = [];
import { hours, minutes, PortError, type OperationCall, type Reply } from '@portolan/kernel';
import type { Faults } from '@portolan/kernel/testing';
import fc from 'fast-check';
import type { Event } from './ports.ts';
import { answered, startScheduling, type SchedulingSimulation } from './testing/index.ts';

interface Promised {
  readonly id: string;
  /** Instants the task must be delivered for, at least once each and never before. */
  readonly due: readonly number[];
}

/** Calls as a careful client does: an idempotent operation, again and again until it is answered. */
async function callForSure(
  { world, call }: SchedulingSimulation,
  operation: string,
  input: OperationCall,
): Promise<Reply> {
  for (;;) {
    let reply: Reply | undefined;
    void call(operation, input).then(
      (answer) => (reply = answer),
      (error: unknown) => {
        // The world refuses some calls, and a crash lets others go unanswered; everything else is a fault of ours.
        if (!(error instanceof PortError)) throw error;
      },
    );
    await world.settle();
    if (reply !== undefined && !(reply.kind === 'problem' && reply.problem === 'unavailable')) return reply;
    await world.advance(100);
  }
}

async function scenario(
  seed: number,
  faults: Faults,
): Promise<{ readonly promised: readonly Promised[]; readonly simulation: SchedulingSimulation }> {
  const simulation = await startScheduling({ seed, faults });
  const { world, receiver } = simulation;
  const c: any = world.open(wakeups); const orig = c.consume;
  c.consume = (consumer: any, o: any) => orig((batch: any) => { const g = world.crashes; const answers = consumer(batch); batch.forEach((d: any, i: number) => { if (d.message.task === 'task-6' || d.message.kind === 'release') { const at = world.now(); log.push(`${at} deliver#${g} of ${batch.length} ${d.id} ${JSON.stringify(d.message)} attempt ${d.attempt}`); answers[i].then(() => log.push(`${world.now()} done#${g} ${d.id} ${d.message.kind}`), (e: any) => log.push(`${world.now()} fail#${g} ${d.id} ${e.name} ${e.message} ${e.delayMs ?? ''}`)); } }); return answers; }, o);
  const t: any = world.open(tasks); for (const m of ['get', 'put', 'getMany', 'writeMany']) { const f = t[m]; t[m] = async (...a: any[]) => { const s = JSON.stringify(a); const r = await f(...a); if (s.includes('task-6')) log.push(`${world.now()} #${world.crashes} ${m} ${m.includes('et') ? '' : JSON.stringify(a[0]?.runs ?? a[0]?.map?.((x: any) => x.put?.id)) + JSON.stringify(a[1] ?? '')} -> ${m.includes('put') || m.includes('write') ? JSON.stringify(r) : (r as any)?.version}`); return r; }; }
  receiver.behave = (_request, nth) => ({ outcome: answered(nth % 5 === 0 ? 503 : 204), afterMs: (nth * 37) % 900 });
  await callForSure(simulation, 'putGroup', { params: { id: 'narrow' }, body: { concurrent: 2, perSecond: 20 } });
  const promised: Promised[] = [];
  const start = world.now();
  for (let n = 0; n < 14; n++) {
    const id = `task-${n}`;
    // Every fifth is due at once: its wake-up may come before the task is written. Others share one instant.
    const common = start + minutes(2);
    const at = n % 5 === 4 ? world.now() : n < 8 ? common : common + ((n * 7_919) % 60_000);
    const base = {
      id,
      target: n % 6 === 1 ? { kind: 'topic', type: 'due' } : { kind: 'webhook', url: 'https://receiver.example/' },
      retry: { maxAttempts: 20, baseMs: 500, capMs: 5_000 },
    };
    const recurring = n % 4 === 3;
    const body = recurring
      ? { ...base, everyMs: minutes(1), startAt: at, count: 3, catchUp: { policy: 'all' } }
      : { ...base, at, ...(n % 4 === 2 ? { group: 'narrow' } : {}) };
    const reply = await callForSure(simulation, 'createTask', { body });
    expect(reply.kind).toMatch(/created|ok/);
    promised.push({ id, due: recurring ? [at, at + minutes(1), at + minutes(2)] : [at] });
  }
  return { promised, simulation };
}

function audit({ receiver, heard }: SchedulingSimulation, { id, due }: Promised): void {
  const requests = receiver.received
    .map(({ body, at, ...request }) => ({
      ...(JSON.parse(body) as Pick<Event, 'task' | 'scheduledAt'>),
      id: request.id,
      at,
    }))
    .filter(({ task }) => task === id);
  const published = heard.map(({ event, at }) => ({ ...event, at })).filter(({ task }) => task === id);
  const byOccurrence = Map.groupBy([...requests, ...published], ({ scheduledAt }) => Date.parse(scheduledAt));
  expect([...byOccurrence.keys()].sort((a, b) => a - b)).toEqual(due);
  for (const [occurrence, arrivals] of byOccurrence) {
    expect(new Set(arrivals.map((arrival) => arrival.id)).size).toBe(1);
    expect(Math.min(...arrivals.map(({ at }) => at))).toBeGreaterThanOrEqual(occurrence);
  }
}



test('debug', async () => {
  const faults = { crash: 0.035, throttle: 0, duplicate: 0.051, delayMs: 45 };
  const seed = Number(process.env['DSEED'] ?? 19);
  const { promised, simulation } = await scenario(seed, faults);
  const { world } = simulation;
  await world.advance(minutes(10));
  world.heal();
  await world.advance(hours(2));
  for (const { id } of promised) {
    const t = await simulation.get(id);
    if (t.state !== 'succeeded') {
      const p = world.open(tasks).get({ id }); await world.settle();
      console.log(JSON.stringify((await p), null, 1));
      console.log(JSON.stringify(simulation.receiver.received.filter(({ body }) => JSON.parse(body).task === id).map((r) => [r.id, r.at])));
      console.log(JSON.stringify(simulation.heard.filter(({ event }) => event.task === id)));
    }
  }
  console.log(log.join('\n'));
}, 60_000);
