import { PoisonMessage, queue, seconds, type Delivery } from '@portolan/kernel';
import * as z from 'zod';
import { dynalite } from '../testing/dynalite.ts';
import { messagingHarness } from '../testing/messaging-harness.ts';
import { moto } from '../testing/moto.ts';
import { fifoQueues, standardQueues } from '../testing/queue-wiring.ts';
import { tableHarness } from '../testing/table-harness.ts';

// What fauxqs cannot show: text beyond U+FFFF, and several messages of a group in one call.
const [engine, tableEngine] = await Promise.all([moto({ ahead: false }), dynalite()]);
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await tableEngine[Symbol.asyncDispose]();
});

const message = z.object({ n: z.number(), text: z.string().optional() });
const retry = { maxAttempts: 3, baseMs: 1, capMs: 1 };

test('carries text of every script through SQS, its dead letters and back', async () => {
  const jobs = queue('jobs', { message, retry });
  await using harness = await messagingHarness(engine, standardQueues);
  const opened = await harness.open(jobs);
  const text = 'é 漢字 \u{1f469}\u200d\u{1f680} \u{10ffff} \0 \u2028 \ufffe \uffff <&"\'>';
  await opened.send({ n: 1, text });
  await opened.sendBatch([{ message: { n: 2, text } }]);
  const deliveries: Delivery[] = [];
  await harness.consume(jobs, (batch) =>
    batch.map(async (delivery) => {
      deliveries.push(delivery);
      if (deliveries.length <= 2) throw new PoisonMessage(`bad ${text}`);
    }),
  );
  await harness.settle();
  const { items } = await opened.deadLetters();
  expect(items.map((letter) => letter.message.text)).toEqual([text, text]);
  expect(items[0]!.reason).toContain('\u{1f469}\u200d\u{1f680} \u{10ffff}');
  expect(await opened.redrive()).toBe(2);
  await harness.settle();
  expect(deliveries.map((delivery) => (delivery.message as { text: string }).text)).toEqual(Array(4).fill(text));
});

test('keeps the order of a group whose messages come in one call, while its first fails', async () => {
  const ordered = queue('ordered', { message, retry, visibilityMs: seconds(2), ordered: true });
  const tables = await tableHarness(tableEngine);
  await using harness = await messagingHarness(engine, fifoQueues(tables));
  const opened = await harness.open(ordered);
  await opened.sendBatch([0, 1, 2, 3].map((n) => ({ message: { n }, orderingKey: 'k' })));
  const deliveries: [n: number, attempt: number][] = [];
  await harness.consume(
    ordered,
    (batch) =>
      batch.map(async ({ message: of, attempt }) => {
        const { n } = of as { n: number };
        deliveries.push([n, attempt]);
        if (n === 1 && attempt < 3) throw new Error('not today');
      }),
    { batchSize: 10 },
  );
  for (let waits = 0; waits < 20 && deliveries.length < 6; waits++) await harness.pass(500);
  expect(deliveries).toEqual([
    [0, 1],
    [1, 1],
    [1, 2],
    [1, 3],
    [2, 1],
    [3, 1],
  ]);
  await tables[Symbol.asyncDispose]();
});
