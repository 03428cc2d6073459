import { cutName, resourceName } from './resource-name.ts';

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

test('a name that is cut keeps its length, ends in a hash of the whole, and is told apart from its likes', () => {
  const [one, two] = ['1', '2'].map((end) => cutName('r'.repeat(70), `${'r'.repeat(70)}${end}`, 64));
  expect(one).toMatch(/^r{55}-[0-9a-f]{8}$/);
  expect(two).toMatch(/^r{55}-[0-9a-f]{8}$/);
  expect(one).not.toBe(two);
  expect(cutName('r'.repeat(70), `${'r'.repeat(70)}1`, 64)).toBe(one);
  expect(cutName('a-_-bcd', 'a', 20, { joint: '_', digits: 15 })).toMatch(/^a_[0-9a-f]{15}$/);
});
