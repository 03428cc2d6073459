import { accepted, http, minutes, on, operation, service, timer } from '@portolan/kernel';
import { VirtualAlarm } from '@portolan/node/testing';
import { portableTimer } from '@portolan/portable';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openLocal } from './host/local-platform.ts';
import { localQueue } from './queue/local-queue.ts';
import { localTable } from './table/local-table.ts';

const reminders = timer('reminders', { payload: z.object({ n: z.number() }), prompt: true });
const remind = operation({
  method: 'POST',
  path: '/reminders/{id}',
  summary: 'Sets a reminder.',
  params: z.object({ id: z.string() }),
  query: z.object({ inMs: z.coerce.number() }),
  replies: { accepted: z.object({ id: z.string() }) },
});

test('the embedded platform sweeps the table of a portable timer at its interval', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-portable-'));
  const alarm = new VirtualAlarm();
  const rung: { id: string; lateMs: number }[] = [];
  const example = service(
    'example',
    { reminders },
    {
      api: http(
        '/v1',
        { remind },
        { reminders: reminders.set },
        {
          remind: async ({ params: { id }, query: { inMs } }, ports, { clock }) => {
            await ports.reminders.set(id, clock.now() + inMs, { n: 1 });
            return accepted({ id });
          },
        },
      ),
      ring: on(
        reminders,
        {},
        async ({ id, at }, _ports, { clock }) => void rung.push({ id, lateMs: clock.now() - at }),
      ),
    },
  );
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn++) {
      alarm.ring();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const platform = await openLocal({ file: join(folder, 'a.db'), alarm });
  try {
    const bindings = { reminders: portableTimer({ table: localTable(), queue: localQueue() }) };
    const running = await platform.run(example, bindings);
    const set = async (id: string, inMs: number): Promise<void> => {
      const reply = running.functions['api']!.call('remind', { params: { id }, query: { inMs: String(inMs) } });
      await settle();
      expect((await reply).kind).toBe('accepted');
    };
    await set('near', minutes(1));
    await set('far', minutes(30));
    expect(platform.deadLetterPlaces()).toEqual([{ service: 'example', port: 'reminders-due', count: 0 }]);
    const until = alarm.clock.now() + minutes(30);
    while (alarm.next <= until) {
      alarm.set(alarm.next);
      await settle();
    }
    expect(rung.map(({ id }) => id)).toEqual(['near', 'far']);
    for (const { lateMs } of rung) expect(lateMs).toBeLessThan(10);
  } finally {
    const closed = platform.close();
    await settle();
    await closed;
    rmSync(folder, { recursive: true });
  }
});
