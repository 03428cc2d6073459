import { httpApi } from '@portolan/http';
import { nodeServer, type NodeServer } from '@portolan/http/node';
import { bytesOf, http, objects, ok, on, operation, service } from '@portolan/kernel';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { openLocal, type LocalPlatform } from '../host/local-platform.ts';
import { localObjects } from './local-objects.ts';

const photos = objects('photos', { retry: { maxAttempts: 1, baseMs: 1, capMs: 1 } });
const invite = operation({
  method: 'POST',
  path: '/invitations/{id}',
  summary: 'Gives a URL to upload a photo by, and one to see it.',
  params: z.object({ id: z.string() }),
  replies: { ok: z.object({ upload: z.string(), view: z.string() }) },
});

/** Clients upload photos straight to where objects are; a function looks at each that comes. */
const album = (seen: (bytes: number) => void) =>
  service(
    'album',
    { photos },
    {
      api: http(
        '/album/v1',
        { invite },
        { uploading: photos.shareWriting, viewing: photos.shareReading },
        {
          async invite({ params: { id } }, { uploading, viewing }) {
            const { url: upload } = await uploading.writeUrl(`in/${id}`, {
              expiresInMs: 60_000,
              contentType: 'image/png',
            });
            return ok({ upload, view: await viewing.readUrl(`in/${id}`, { expiresInMs: 60_000 }) });
          },
        },
      ),
      look: on(
        photos,
        { photos: photos.read },
        async ({ message }, granted) => {
          const found = await granted.photos.get(message.key);
          const { length } = await bytesOf(found!.body, 1_000_000);
          if (length === 0) throw new Error('there is nothing to see');
          seen(length);
        },
        { filter: { prefix: ['in/'] } },
      ),
    },
  );

const folder = mkdtempSync(join(tmpdir(), 'portolan-album-'));
let looked: PromiseWithResolvers<number>;
let platform: LocalPlatform;
let server: NodeServer;

beforeAll(async () => {
  platform = await openLocal({ file: join(folder, 'album.db') });
  const { service: running, functions } = await platform.run(
    album((length) => looked.resolve(length)),
    {
      photos: localObjects(),
    },
  );
  const { environment } = platform;
  const api = httpApi([{ service: running, call: (name, op, call) => functions[name as 'api']!.call(op, call) }], {
    environment,
  });
  server = nodeServer(api, {
    environment,
    fallback: (request, response) => {
      if (!platform.serveObjects(request, response)) response.writeHead(404).end();
    },
  });
});
afterAll(async () => {
  await server.close(0);
  await platform.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  looked = Promise.withResolvers();
});

const invited = async (base: string, id: string) => {
  const response = await fetch(`${base}/album/v1/invitations/${id}`, { method: 'POST' });
  return {
    status: response.status,
    body: (await response.json()) as { readonly upload: string; readonly view: string },
  };
};
const uploaded = async (url: string, body: string): Promise<number> =>
  (await fetch(url, { method: 'PUT', body, headers: { 'content-type': 'image/png' } })).status;

test('signs URLs once it knows where it is served, takes uploads by them, and tells the function that listens', async () => {
  const { port } = await server.listen(0);
  const base = `http://127.0.0.1:${port}`;
  expect((await invited(base, 'early')).status).toBe(503);
  platform.servedAt(base);
  const { status, body } = await invited(base, 'one');
  expect([status, body.upload.startsWith(`${base}/_objects/album.photos/in/one?`)]).toEqual([200, true]);
  expect(await uploaded(body.upload, 'a photo')).toBe(200);
  expect(await looked.promise).toBe(7);
  const view = await fetch(body.view);
  expect([view.headers.get('content-type'), await view.text()]).toEqual(['image/png', 'a photo']);
  expect((await fetch(`${base}/elsewhere`)).status).toBe(404);

  // What a listener gives up lies with the dead letters, and comes again when it is sent back.
  expect(await uploaded(body.upload, '')).toBe(200);
  const place = { service: 'album', port: 'photos', subscription: 'look' };
  const dead = () => platform.deadLetterPlaces().find(({ port }) => port === 'photos')!.count;
  while (dead() === 0) await new Promise((resolve) => setImmediate(resolve));
  const { items } = await platform.deadLetters(place);
  expect(items).toMatchObject([{ message: { key: 'in/one', sizeBytes: 0 }, reason: 'Error: there is nothing to see' }]);
  looked = Promise.withResolvers();
  expect(await uploaded(body.upload, 'a better photo')).toBe(200);
  expect(await looked.promise).toBe(14);
  looked = Promise.withResolvers();
  expect(await platform.redrive(place)).toBe(1);
  expect(await looked.promise).toBe(14);
}, 20_000);

test('signs for the public URL, where it has one', async () => {
  const other = await openLocal({ file: join(folder, 'other.db'), publicUrl: 'https://album.example/files' });
  await using _other = other;
  const running = await other.run(
    album(() => {}),
    { photos: localObjects() },
  );
  other.servedAt('http://127.0.0.1:1');
  const reply = await running.functions['api']!.call('invite', { params: { id: 'one' } });
  expect(reply).toMatchObject({
    body: { view: expect.stringMatching(/^https:\/\/album\.example\/files\/_objects\/album\.photos\/in\/one\?/) },
  });
});
