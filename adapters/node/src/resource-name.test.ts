import { resourceName } from './resource-name.ts';

test('names a thing by service, port and part, behind the stage', () => {
  expect(resourceName('scheduling', 'tasks', undefined, {})).toBe('scheduling-tasks');
  expect(resourceName('scheduling', 'wakeups', 'dead', { PORTOLAN_STAGE: 'staging' })).toBe(
    'staging-scheduling-wakeups-dead',
  );
});

test.each(['', 'Prod', '1st', 'a_b', 'a'.repeat(21)])('refuses the stage "%s"', (stage) => {
  expect(() => resourceName('scheduling', 'tasks', undefined, { PORTOLAN_STAGE: stage })).toThrow(
    `PORTOLAN_STAGE must be 1 to 20 of a-z, 0-9 and "-", starting with a letter, not "${stage}"`,
  );
});
