import { InvocationContext } from '@azure/functions';
import { adapter, compose } from '@portolan/composition';
import { every, minutes, service, table } from '@portolan/kernel';
import { newWorld } from '@portolan/kernel/testing';
import { nodeEnvironment } from '@portolan/node';
import { VirtualAlarm } from '@portolan/node/testing';
import * as z from 'zod';
import { Calls } from './calls.ts';
import { planEvery } from './schedule-plan.ts';

const notes = table('notes', { item: z.object({ id: z.string() }), key: ['id'] });

/** A service with a function each 90 minutes, whose table is opened, and swept, as it is told. */
function start(options: { readonly open?: () => object } = {}) {
  const ticks: number[] = [];
  let opened = 0;
  const made = service(
    's',
    { notes },
    {
      tick: every(minutes(90), { notes: notes.read }, async ({ at }) => void ticks.push(at)),
    },
  );
  const bound = adapter({
    kind: 'table',
    cloud: 'azure',
    name: 'someTable',
    guarantees: {},
    open() {
      opened++;
      return options.open?.() ?? newWorld({ seed: 1 }).open(notes);
    },
  });
  const alarm = new VirtualAlarm();
  const composition = compose(made, 'azure', { notes: bound }, { environment: nodeEnvironment(alarm) });
  const calls = new Calls(composition, { alarm, timeoutMs: 60_000 });
  const plan = planEvery(minutes(90), { timeZone: 'UTC', now: alarm.clock.now() });
  const run = calls.timer({ kind: 'run', function: 'tick' }, { kind: 'timer', plan });
  const sweep = calls.timer({ kind: 'sweep-port', port: 'notes' }, { kind: 'timer', plan });
  const callAt =
    (handler: typeof run) =>
    async (at: number, lastAt: number): Promise<void> => {
      alarm.set(at);
      const status = { last: new Date(lastAt).toISOString(), next: new Date(at).toISOString(), lastUpdated: '' };
      const timer = { isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: status };
      await handler(timer, new InvocationContext());
    };
  return { alarm, ticks, opened: () => opened, run: callAt(run), sweep: callAt(sweep) };
}

/** A multiple of 90 minutes since 1970. */
const due = Date.UTC(2026, 10, 20, 12);

test('builds nothing for a call that the schedule does not ask for, and once for those that it does', async () => {
  const { run, ticks, opened } = start();
  await run(due - minutes(30), due - minutes(60));
  expect(opened()).toBe(0);
  await run(due, due - minutes(30));
  await run(due + minutes(90), due + minutes(60));
  expect([opened(), ticks]).toEqual([1, [due, due + minutes(90)]]);
});

test('builds again what could not be built', async () => {
  let broken = true;
  const open = (): object => {
    if (broken) throw new Error('not yet');
    return newWorld({ seed: 1 }).open(notes);
  };
  const { run, ticks } = start({ open });
  await expect(run(due, due - minutes(30))).rejects.toThrow('not yet');
  broken = false;
  await run(due, due - minutes(30));
  expect(ticks).toEqual([due]);
});

test('leaves a sweep to itself that takes as long as the host allows, 5 s before', async () => {
  let swept: number | undefined;
  const open = () => ({
    async sweep(at: number): Promise<void> {
      swept = at;
      return new Promise(() => {});
    },
  });
  const { sweep, alarm } = start({ open });
  let failure: unknown;
  const sweeping = sweep(due, due - minutes(30)).catch((error: unknown) => (failure = error));
  await new Promise(setImmediate);
  alarm.set(due + 54_999);
  alarm.ring();
  await new Promise(setImmediate);
  expect([swept, failure]).toEqual([due, undefined]);
  alarm.set(due + 55_000);
  alarm.ring();
  await sweeping;
  expect(failure).toMatchObject({ code: 'timeout' });
});
