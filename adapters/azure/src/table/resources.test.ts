import { table } from '@portolan/kernel';
import { anything } from '../testing/anything.ts';
import { tableName, tableResources } from './resources.ts';

test('names a table for the port, and one for each index', () => {
  const port = table('due-tasks', {
    item: anything<{ group: string; id: string; state: string }>(),
    key: ['group', 'id'],
    indexes: { byState: ['state', 'id'] },
  });
  const { table: name, indexes } = tableResources('scheduling', port, {});
  expect(name).toMatch(/^schedulingduetasks[a-z0-9]{8}$/);
  expect(indexes).toEqual({ byState: expect.stringMatching(/^schedulingduetasksbystate[a-z0-9]{8}$/) });
  expect(tableResources('scheduling', port, { PORTOLAN_STAGE: 'staging' }).table).toMatch(/^stagingschedulingduetasks/);
});

test('keeps names apart that are alike without their hyphens and capitals', () => {
  const names = ['a-bc', 'ab-c', 'abc', 'a-b-c', 'abC'].map(tableName);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
});

test('gives the longest resource a name that fits', () => {
  const part = 'p'.repeat(40);
  expect(tableName(`${'s'.repeat(20)}-${part}-${part}-${part}`)).toMatch(/^[a-z][a-z0-9]{62}$/);
  expect(tableName('a')).toMatch(/^[a-z][a-z0-9]{2,62}$/);
});
