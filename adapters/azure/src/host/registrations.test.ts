import { adapter, compose, CompositionError, type PlatformTrigger } from '@portolan/composition';
import { every, http, on, operation, queue, service, empty, minutes } from '@portolan/kernel';
import { nodeEnvironment, systemAlarm } from '@portolan/node';
import * as z from 'zod';
import { registrationsOf } from './registrations.ts';

const jobs = queue('jobs', { message: z.string() });
const ping = operation({ method: 'POST', path: '/ping', summary: 'Answers', replies: { empty: z.undefined() } });
const place = { timeZone: 'UTC', now: 0 };
const storageQueues = (...names: readonly string[]): readonly PlatformTrigger[] =>
  names.map((resource) => ({ kind: 'storage-queue', resource, connection: 'c' }) as PlatformTrigger);

/** What is registered of a service with one queue, whose adapter names these triggers. */
function register(
  options: { readonly base?: string; readonly triggers?: readonly PlatformTrigger[]; readonly also?: string } = {},
): readonly string[] {
  const { base = '/s/v1', triggers = storageQueues('q'), also = 'other' } = options;
  const made = service(
    's',
    { jobs },
    {
      api: http(base, { ping }, {}, { ping: async () => empty() }),
      work: on(jobs, {}, async () => {}),
      [also]: every(minutes(1), {}, async () => {}),
    },
  );
  const bound = adapter({
    kind: 'queue',
    cloud: 'azure',
    name: 'someQueue',
    guarantees: {},
    sweepEveryMs: minutes(5),
    triggers: () => triggers,
    open: () => ({}),
  });
  const composition = compose(made, 'azure', { jobs: bound }, { environment: nodeEnvironment(systemAlarm()) });
  return registrationsOf(composition, place).map(({ name, source }) =>
    source.kind === 'http' ? `${name} ${source.route}` : name,
  );
}

test('gives each function its name, and further triggers and sweeps names made from it', () => {
  expect(register()).toEqual(['api s/v1/{*rest}', 'work', 'work-sweep', 'other']);
  const both = [{ kind: 'event-grid', resource: 't' }, ...storageQueues('q')];
  expect(register({ triggers: both })).toEqual(['api s/v1/{*rest}', 'work', 'work-queue', 'work-sweep', 'other']);
  expect(register({ base: '/' })[0]).toBe('api {*rest}');
});

test.each([
  [
    'a path that the host keeps',
    { base: '/runtime/v1' },
    '"admin" and "runtime"; choose another base than "/runtime/v1"',
  ],
  ['a name that is made already', { also: 'work-sweep' }, 'there can be no function "work-sweep"'],
  ['a name that the host keeps', { also: 'host' }, 'there can be no function "host" in a function app'],
  ['two triggers of one kind', { triggers: storageQueues('p', 'q', 'r') }, 'there can be no function "work-queue"'],
  ['an adapter that has nobody call', { triggers: [] }, 'someQueue names nothing that calls a function'],
  ['a trigger of another cloud', { triggers: [{ kind: 'sqs', resource: 'q' }] }, 'called by "sqs"'],
])('holds %s against what function apps can do', (_what, options, message) => {
  const act = () => register(options);
  expect(act).toThrow(CompositionError);
  expect(act).toThrow(message);
});
