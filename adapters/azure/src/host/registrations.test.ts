import { adapter, compose, CompositionError, type PlatformTrigger } from '@portolan/composition';
import { channel, empty, every, http, minutes, on, operation, queue, service, socket, welcome } from '@portolan/kernel';
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

test('gives the sockets of a channel a path of their own, which only a hub may call', () => {
  const live = channel('live', { message: z.string() });
  const watching = (path: string, trigger: PlatformTrigger) => {
    const functions = { watch: socket(live, { path }, {}, { connect: async () => welcome() }) };
    const triggers = () => [trigger];
    const bound = adapter({ kind: 'channel', cloud: 'azure', name: 'c', guarantees: {}, triggers, open: () => ({}) });
    const environment = nodeEnvironment(systemAlarm());
    return registrationsOf(
      compose(service('s', { live }, functions), 'azure', { live: bound }, { environment }),
      place,
    );
  };
  const hub = { kind: 'web-pubsub', resource: 's_live' };
  expect(watching('/s/v1/live/', hub)).toEqual([
    {
      name: 'watch',
      source: { kind: 'webhook', route: 's/v1/live', hub: 's_live' },
      does: { kind: 'run', function: 'watch' },
    },
  ]);
  expect(() => watching('/admin/live', hub)).toThrow('"admin" and "runtime"');
  expect(() => watching('/live', storageQueues('q')[0]!)).toThrow('called by "storage-queue"');
  expect(() => register({ triggers: [hub] })).toThrow('called by "web-pubsub"');
});
