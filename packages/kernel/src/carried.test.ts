import { packCarried, settle, unpackCarried, type Arrival, type Buried, type Carried } from './carried.ts';
import type { Delivery } from './function.ts';
import { carriedOverheadBytes, PoisonMessage, RetryLater, silentLog, utf8Bytes } from './index.ts';

const now = 1_000_000;
const carried = (change: Partial<Carried> = {}): Carried => ({
  id: 'm1',
  message: { n: 1 },
  at: now - 10,
  attempts: 0,
  ...change,
});
const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, correlationId: 'c'.repeat(128) };

test('what travels comes back as it was', () => {
  const full = carried({ attempts: 3, notBefore: now, key: 'k', trace });
  expect(unpackCarried(packCarried(full))).toEqual(full);
  expect(unpackCarried(packCarried(carried({ message: null })))).toEqual(carried({ message: null }));
});

test('adds no more than it promises to the size of a message', () => {
  // Quotes take two bytes each in JSON.
  const widest = carried({
    id: '"'.repeat(256),
    key: '"'.repeat(256),
    attempts: 1e6,
    notBefore: 8.64e15,
    at: 8.64e15,
    trace: { ...trace, correlationId: '"'.repeat(128) },
  });
  expect(utf8Bytes(packCarried(widest)) - utf8Bytes('{"n":1}')).toBeLessThanOrEqual(carriedOverheadBytes);
});

test.each([
  '',
  'plain',
  '7',
  'null',
  '[]',
  '{}',
  '{"v":2,"i":"a","t":1,"m":1}',
  '{"v":1,"i":7,"t":1}',
  '{"v":1,"i":"a"}',
])('takes %j for none of its own', (text) => expect(unpackCarried(text)).toBeUndefined());

/** Settles one arrival by a handler, and tells what became of it. */
async function settleOne(
  arrival: Arrival,
  handler: (delivery: Delivery) => void,
  { draw = 0.5, again = 'sent' as 'kept' | 'sent' | 'broken' } = {},
) {
  const seen: Delivery[] = [];
  const copies: (Carried & { readonly delayMs: number })[] = [];
  const buried: Buried[] = [];
  const results = settle(
    [arrival],
    (batch) =>
      batch.map(async (delivery) => {
        seen.push(delivery);
        handler(delivery);
      }),
    {
      retry: { maxAttempts: 3, baseMs: 1_000, capMs: 60_000 },
      environment: { clock: { now: () => now }, random: { next: () => draw }, log: silentLog },
      outlet: {
        async again(copy, delayMs) {
          if (again === 'broken') throw new Error('the engine is gone');
          copies.push({ ...copy, delayMs });
          return again;
        },
        async bury(dead) {
          if (again === 'broken') throw new Error('the engine is gone');
          buried.push(dead);
        },
      },
    },
  );
  return { result: await results[0], seen, copies, buried };
}
const failing = () => {
  throw new Error('no');
};

test('a message that is handled is done with', async () => {
  const { result, seen, copies } = await settleOne(
    { carried: carried({ attempts: 1, trace }), deliveries: 2 },
    () => {},
  );
  expect([result, copies]).toEqual(['done', []]);
  expect(seen).toEqual([{ id: 'm1', message: { n: 1 }, attempt: 3, at: now - 10, trace }]);
});

test('a failure comes again as a copy that counts it, after the backoff', async () => {
  const { result, copies } = await settleOne({ carried: carried(), deliveries: 2 }, failing, { draw: 0.999 });
  expect([result, copies]).toEqual(['done', [{ ...carried({ attempts: 2 }), notBefore: now + 1_998, delayMs: 1_998 }]]);
});

test('whoever asks for time gets it, and the attempt does not count', async () => {
  const ask = () => {
    throw new RetryLater(86_400_000.5);
  };
  const { copies } = await settleOne({ carried: carried({ attempts: 2 }), deliveries: 1 }, ask);
  expect(copies).toEqual([{ ...carried({ attempts: 2 }), notBefore: now + 86_400_001, delayMs: 86_400_001 }]);
});

test('the last attempt that fails, and poison at once, are buried with the reason and the attempts made', async () => {
  const last = await settleOne({ carried: carried({ attempts: 2 }), deliveries: 1 }, failing);
  expect(last.result).toBe('done');
  expect(last.buried).toEqual([{ carried: carried({ attempts: 2 }), attempts: 3, reason: 'Error: no', deadAt: now }]);
  const poison = await settleOne({ carried: carried(), deliveries: 1 }, () => {
    throw new PoisonMessage('bad');
  });
  expect(poison.buried).toMatchObject([{ attempts: 1, reason: 'PoisonMessage: bad' }]);
});

test('what comes early is put off without being delivered, and not counted', async () => {
  const { result, seen, copies } = await settleOne(
    { carried: carried({ notBefore: now + 500 }), deliveries: 1 },
    failing,
  );
  expect([result, seen]).toEqual(['done', []]);
  expect(copies).toEqual([{ ...carried(), notBefore: now + 500, delayMs: 500 }]);
});

test.each(['kept', 'broken'] as const)('is left to the engine when the outlet has %s it', async (again) => {
  const { result } = await settleOne({ carried: carried(), deliveries: 1 }, failing, { again });
  expect(result).toBe('left');
});

test('one that fails spoils no other of its batch, and the early ones are not among those delivered', async () => {
  const arrivals = ['a', 'b', 'c'].map((id, index) => ({
    carried: carried({ id, ...(index === 1 ? { notBefore: now + 1 } : {}) }),
    deliveries: 1,
  }));
  const sent: string[] = [];
  const batches: string[][] = [];
  const results = settle(
    arrivals,
    (batch) => {
      batches.push(batch.map(({ id }) => id));
      return batch.map(async ({ id }) => (id === 'a' ? failing() : undefined));
    },
    {
      retry: { maxAttempts: 3, baseMs: 1_000, capMs: 60_000 },
      environment: { clock: { now: () => now }, random: { next: () => 0 }, log: silentLog },
      outlet: { again: async ({ id }) => (sent.push(id), 'sent' as const), bury: async () => failing() },
    },
  );
  expect(await Promise.all(results)).toEqual(['done', 'done', 'done']);
  expect(batches).toEqual([['a', 'c']]);
  expect(sent.sort()).toEqual(['a', 'b']);
});

test('what is sent again is what arrived, whatever a handler has made of what it was given', async () => {
  const spoil = ({ message }: Delivery) => {
    (message as { n: number }).n = 2;
    throw new Error('no');
  };
  const { copies } = await settleOne({ carried: carried(), deliveries: 1 }, spoil);
  expect(copies).toMatchObject([{ message: { n: 1 } }]);
});
