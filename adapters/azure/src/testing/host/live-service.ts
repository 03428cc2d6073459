import {
  channel,
  http,
  objects,
  ok,
  on,
  operation,
  problem,
  seconds,
  service,
  socket,
  welcome,
  type ObjectCreated,
} from '@portolan/kernel';
import type { Bindings } from '@portolan/composition';
import * as z from 'zod';
import { webPubSubChannel } from '../../channel/web-pubsub-channel-adapter.ts';
import { blobObjects } from '../../objects/blob-objects-adapter.ts';

const retry = { maxAttempts: 3, baseMs: seconds(1), capMs: seconds(1) };
export const uploads = objects('uploads', { retry });
export const live = channel('live', {
  message: z.object({ key: z.string(), sizeBytes: z.number() }),
  incoming: z.object({ write: z.string() }),
});

const write = async (place: { put(key: string, body: Uint8Array): Promise<unknown> }, key: string): Promise<void> => {
  await place.put(key, new TextEncoder().encode(key));
};

/** A service with what the host's own subject has not: clients that hold sockets, and objects that call a function. */
export const liveService = service(
  'media',
  { uploads, live },
  {
    api: http(
      '/media/v1',
      { live: operation({ method: 'GET', path: '/live', summary: 'No socket', replies: { ok: z.string() } }) },
      {},
      { live: async () => ok('open a socket') },
    ),
    watch: socket(
      live,
      { path: '/media/v1/live', query: z.object({ group: z.string(), fail: z.string().optional() }) },
      { uploads: uploads.write },
      {
        async connect({ query, headers }) {
          if (headers['x-key'] !== 'secret') return problem('unauthorized', 'Bring the key.');
          return welcome([query.group]);
        },
        message: async ({ message }, ports) => write(ports.uploads, message.write),
        disconnect: async ({ connection }, ports) => write(ports.uploads, `ended/${connection}`),
      },
    ),
    announce: on(
      uploads,
      { live: live.push },
      async ({ message, attempt }, ports) => {
        const { key, sizeBytes }: ObjectCreated = message;
        if (key.endsWith('flaky') && attempt === 1) throw new Error('not today');
        await ports.live.publish(key.split('/')[1]!, { key, sizeBytes });
      },
      { filter: { prefix: ['in/'] } },
    ),
  },
);

export const liveBindings: Bindings<typeof liveService, 'azure'> = {
  uploads: blobObjects(),
  live: webPubSubChannel(),
};
