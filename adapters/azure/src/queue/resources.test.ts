import { queueName, queueResources } from './resources.ts';

test('names a queue and its dead letters as the Functions host does', () => {
  expect(queueResources('scheduling', 'deliveries', undefined, {})).toEqual({
    queue: 'scheduling-deliveries',
    deadLetters: 'scheduling-deliveries-poison',
  });
  const staged = queueResources('scheduling', 'outcomes', 'audit', { PORTOLAN_STAGE: 'staging' });
  expect(staged.queue).toBe('staging-scheduling-outcomes-audit');
});

test.each(['a', 'a--b', 'a-b-', 'onTaskDone', 's'.repeat(57), 'a-'.repeat(40), `${'x'.repeat(46)}-${'y'.repeat(40)}`])(
  'gives %s a name that fits',
  (resource) => {
    const name = queueName(resource);
    expect(`${name}-poison`).toMatch(/^[a-z0-9](-?[a-z0-9]){2,62}$/);
    expect(name).toMatch(/-[0-9a-f]{8}$/);
  },
);

test('keeps names apart that are alike once they fit', () => {
  expect(queueName('a--b')).not.toBe(queueName('a---b'));
  expect(queueName('onDone')).not.toBe(queueName('ondone'));
});
