import assert from 'node:assert/strict';
import type { Case } from '../suite/case.ts';
import { within } from '../suite/expect.ts';
import type { HostHarness, HostedService } from './host-harness.ts';
import { notes, subject, type Errand, type Note } from './subject.ts';

/** The subject running on the host under test. */
export interface Stage {
  readonly harness: HostHarness;
  readonly service: HostedService;
  /** Sends an errand through the API. @returns The correlation id of the request. */
  send(port: 'jobs' | 'lots' | 'news' | 'alarms', errand: Errand): Promise<string>;
  note(id: string): Promise<Note | undefined>;
  /** Waits for a note. */
  noted(id: string, withinMs?: number): Promise<Note>;
}

/** How much time passes between two looks, in milliseconds: less where not much is waited for. */
export const stepOf = (withinMs: number): number => (withinMs > 10_000 ? 5_000 : 1_000);

export function hostCase(title: string, run: (stage: Stage) => Promise<void>): Case<HostHarness> {
  return {
    title,
    async run(harness) {
      const service = await harness.start(subject);
      const table = await service.open(notes);
      const note = async (id: string): Promise<Note | undefined> => (await table.get({ id }))?.item;
      await run({
        harness,
        service,
        note,
        async send(port, errand) {
          const response = await service.request({
            method: 'POST',
            target: `/host/v1/send/${port}`,
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(errand),
          });
          assert.equal(response.status, 202, response.body);
          return (JSON.parse(response.body) as { readonly correlationId: string }).correlationId;
        },
        async noted(id, withinMs = 10_000) {
          const look = async (): Promise<Note> => {
            const found = await note(id);
            assert.ok(found !== undefined, `no note "${id}" within ${withinMs} ms`);
            return found;
          };
          return within(harness, withinMs, look, stepOf(withinMs));
        },
      });
    },
  };
}
