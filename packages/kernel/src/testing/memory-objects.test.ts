import * as z from 'zod';
import { on, http } from '../function.ts';
import { bytesOf, objects } from '../objects.ts';
import { ok, operation } from '../operation.ts';
import { service } from '../service.ts';
import { simulate } from './simulate.ts';
import { newWorld } from './world.ts';

const uploads = objects('uploads');
const sums = objects('sums');
const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const Invitation = z.object({ url: z.string() });

/** Adds up the bytes of each upload, and hands out URLs to upload by. */
const adding = service(
  'adding',
  { uploads, sums },
  {
    api: http(
      '/adding/v1',
      {
        invite: operation({
          method: 'POST',
          path: '/invitations',
          summary: 'Gives a URL',
          replies: { ok: Invitation },
        }),
      },
      { uploads: uploads.shareWriting },
      {
        invite: async (_input, ports) =>
          ok({ url: (await ports.uploads.writeUrl('in/one', { expiresInMs: 60_000 })).url }),
      },
    ),
    add: on(
      uploads,
      { uploads: uploads.read, sums: sums.write },
      async ({ message: { key } }, ports) => {
        const found = await ports.uploads.get(key);
        const content = await bytesOf(found!.body, 1_000_000);
        await ports.sums.put(key, bytes(content.reduce((sum, byte) => (sum + byte) % 256, 0)));
      },
      { filter: { prefix: ['in/'] } },
    ),
  },
);

async function sumOf(world: ReturnType<typeof newWorld>, key: string): Promise<number | undefined> {
  const found = await world.open(sums).get(key);
  return found && (await bytesOf(found.body, 10))[0];
}

test('carries an upload by a signed URL to the function that listens', async () => {
  const { world, call } = await simulate(adding);
  const { url } = ((await call('invite')) as { readonly body: { readonly url: string } }).body;
  expect((await world.request(url, { method: 'PUT', body: bytes(1, 2, 3) })).status).toBe(200);
  await world.advance(0);
  expect(await sumOf(world, 'in/one')).toBe(6);
  await world.advance(60_000);
  expect((await world.request(url, { method: 'PUT', body: bytes(9) })).status).toBe(403);
});

test('is whole or as before wherever the process ends, and the listener is told of what is there', async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 60; seed++) {
    const world = newWorld({ seed, faults: { crash: 0.2 } });
    await simulate(adding, { world });
    const place = world.open(uploads);
    const parts = async function* () {
      for (let part = 0; part < 5; part++) yield bytes(1, 2);
    };
    void place.put('in/one', parts()).catch(() => {});
    await world.advance(1_000);
    world.heal();
    const found = await place.get('in/one');
    const length = found && (await bytesOf(found.body, 100)).length;
    expect([undefined, 10]).toContain(length);
    await world.advance(600_000);
    expect(await sumOf(world, 'in/one')).toBe(length === undefined ? undefined : 15);
    seen.add(`${length} ${world.crashes > 0}`);
  }
  expect(seen).toEqual(new Set(['undefined true', '10 true', '10 false']));
});

test('may be refused in the middle of a reading, where engines ask for a slower pace', async () => {
  const world = newWorld({ seed: 3, faults: { throttle: 0.3 } });
  const place = world.open(uploads);
  const outcomes = new Set<string>();
  for (let attempt = 0; attempt < 60; attempt++) {
    const outcome = await place
      .put('one', new Uint8Array(200_000))
      .then(() => place.get('one'))
      .then((found) => bytesOf(found!.body, 200_000).catch(() => 'refused while it was read'))
      .then(
        (read) => (typeof read === 'string' ? read : 'read'),
        () => 'refused before',
      );
    outcomes.add(outcome);
  }
  expect(outcomes).toEqual(new Set(['read', 'refused while it was read', 'refused before']));
});

test('knows no URL of a port that was never opened', async () => {
  await expect(newWorld().request('https://objects.invalid/none/a?expires=1&signature=1')).rejects.toThrow(TypeError);
});
