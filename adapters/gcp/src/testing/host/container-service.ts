import { channel, http, objects, ok, on, operation, queue, service, socket, welcome } from '@portolan/kernel';
import * as z from 'zod';

const Event = z.object({ what: z.string(), key: z.string() });

const events = channel('events', { message: Event, incoming: z.object({ say: z.string() }) });
const files = objects('files');
const jobs = queue('jobs', { message: z.object({ key: z.string() }) });

const upload = operation({
  method: 'POST',
  path: '/files',
  summary: 'Keeps a text as a file',
  body: z.object({ key: z.string(), text: z.string() }),
  replies: { ok: z.object({ tag: z.string() }) },
});

/** A service that has all that a container can be triggered by; everything that happens is told to whoever listens. */
export const archive = service(
  'archive',
  { events, files, jobs },
  {
    api: http(
      '/archive/v1',
      { upload },
      { files: files.write },
      {
        async upload({ body: { key, text } }, ports) {
          const written = await ports.files.put(key, new TextEncoder().encode(text));
          return ok({ tag: written.kind === 'written' ? written.tag : '' });
        },
      },
    ),
    live: socket(
      events,
      { path: '/archive/v1/live' },
      { events: events.push },
      {
        connect: async () => welcome(['all']),
        async message({ connection, message }, ports) {
          await ports.events.send(connection, { what: 'said', key: message.say });
        },
      },
    ),
    index: on(
      files,
      { jobs: jobs.send, events: events.push },
      async ({ message: { key } }, ports) => {
        await ports.events.publish('all', { what: 'created', key });
        await ports.jobs.send({ key });
      },
      { filter: { prefix: ['in/'] } },
    ),
    work: on(jobs, { events: events.push }, async ({ message: { key } }, ports) => {
      await ports.events.publish('all', { what: 'worked', key });
    }),
  },
);
