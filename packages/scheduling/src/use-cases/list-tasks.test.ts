import { hours } from '@portolan/kernel';
import { startScheduling } from '../testing/index.ts';

interface Page {
  readonly tasks: readonly { readonly id: string }[];
  readonly cursor?: string;
}

test.each([{}, { state: 'scheduled' }, { group: 'default' }, { group: 'default', state: 'scheduled' }])(
  'the longest page that may be asked for goes on where there is more: %j',
  async (query) => {
    const { call, create } = await startScheduling();
    const created: string[] = [];
    for (let n = 0; n < 1_003; n++) created.push((await create({ delayMs: hours(1) })).id);
    const listed: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { body } = (await call('listTasks', {
        query: { ...query, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
      })) as { readonly body: Page };
      listed.push(...body.tasks.map(({ id }) => id));
      cursor = body.cursor;
      if (cursor === undefined) break;
    }
    expect(listed.sort()).toEqual(created.sort());
  },
);
