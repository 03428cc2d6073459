import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type BatchGetItemCommandOutput,
  type BatchWriteItemCommandOutput,
  type KeysAndAttributes,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { chunks, PortError, sideBySide, type EditResult, type Stored } from '@portolan/kernel';
import { pause, type Patience } from '../clients/pause.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { attributeName, type Attributes } from './attributes.ts';
import type { Rows } from './rows.ts';
import { keyAttributes, type Item, type Step } from './steps.ts';

/** Keys of one BatchGetItem. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const maxBatchGets = 100;
/** Writes of one BatchWriteItem. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const maxBatchWrites = 25;
/** Calls of one `getMany` or `writeMany` under way at one time. */
const width = { batches: 4, singles: 16 } as const;
/** How long the rest of a batch is tried that DynamoDB gave back undone. */
const undone: Patience = { maxAttempts: 10, baseMs: 50, capMs: 2_000 };

/** @param keys - In any order, with or without duplicates; the answers are in theirs. */
export async function getMany(
  rows: Rows,
  keys: readonly (readonly string[])[],
): Promise<readonly (Stored<Item> | undefined)[]> {
  const distinct = [...new Map(keys.map((key) => [joined(key), key])).values()];
  const found = new Map<string, Attributes>();
  await sideBySide(chunks(distinct, maxBatchGets), width.batches, async (chunk) => {
    for (const attributes of await getBatch(rows, chunk)) found.set(joined(keyIn(rows, attributes)), attributes);
  });
  // Each answer is decoded for itself: two of the same item must not change with each other.
  const now = rows.now();
  return keys.map((key) => {
    const attributes = found.get(joined(key));
    return attributes && rows.live(attributes, now);
  });
}

/** The items that stand, those that are over 16 MB together in further calls. */
async function getBatch(rows: Rows, keys: readonly (readonly string[])[]): Promise<readonly Attributes[]> {
  const found: Attributes[] = [];
  let wanted: KeysAndAttributes | undefined = {
    Keys: keys.map((key) => keyAttributes(rows.port, key)),
    ConsistentRead: true,
  };
  for (let attempt = 1; wanted !== undefined; attempt++) {
    const command: BatchGetItemCommand = new BatchGetItemCommand({ RequestItems: { [rows.tableName]: wanted } });
    const { Responses, UnprocessedKeys }: BatchGetItemCommandOutput = await rows.giveWay(() =>
      rows.client.send(command),
    );
    const items = Responses?.[rows.tableName] ?? [];
    found.push(...items);
    wanted = UnprocessedKeys?.[rows.tableName];
    // A page that was full is no sign of throttling, and neither a reason to wait nor to give up.
    if (items.length > 0) attempt = 0;
    else if (wanted !== undefined) await beUndone(rows, attempt);
  }
  return found;
}

/** Each step on its own: unconditional ones in batches, the others one by one. One result for each, in order. */
export async function writeMany(rows: Rows, steps: readonly (Step | PortError)[]): Promise<readonly EditResult[]> {
  const results = steps.map((step): EditResult | undefined =>
    step instanceof PortError ? { kind: 'failed', error: step } : undefined,
  );
  const open = steps.flatMap((step, index) => (step instanceof PortError ? [] : [{ step, index }]));
  const batched = open.filter(({ step }) => step.condition === undefined);
  const single = open.filter(({ step }) => step.condition !== undefined);
  await Promise.all([
    sideBySide(chunks(batched, maxBatchWrites), width.batches, async (chunk) => {
      const failure = await writeBatch(rows, chunk.map(({ step }) => step)); // prettier-ignore
      for (const { step, index } of chunk)
        results[index] = failure.get(joined(step.key)) ?? {
          kind: 'written',
          version: step.draft?.version ?? rows.nextVersion(),
        };
    }),
    sideBySide(single, width.singles, async ({ step, index }) => {
      results[index] = await rows.write(step).catch(failedBy(rows));
    }),
  ]);
  return results as EditResult[];
}

type Failed = Extract<EditResult, { kind: 'failed' }>;

/** @returns What failed, by its key. */
async function writeBatch(rows: Rows, steps: readonly Step[]): Promise<ReadonlyMap<string, Failed>> {
  let wanted: WriteRequest[] | undefined = steps.map(({ key, draft }) =>
    draft === undefined
      ? { DeleteRequest: { Key: keyAttributes(rows.port, key) } }
      : { PutRequest: { Item: draft.attributes } },
  );
  for (let attempt = 1; wanted !== undefined; attempt++) {
    const left: number = wanted.length;
    try {
      const command: BatchWriteItemCommand = new BatchWriteItemCommand({ RequestItems: { [rows.tableName]: wanted } });
      const { UnprocessedItems }: BatchWriteItemCommandOutput = await rows.giveWay(() => rows.client.send(command));
      wanted = UnprocessedItems?.[rows.tableName];
      if (wanted !== undefined && wanted.length < left) attempt = 0;
      else if (wanted !== undefined) await beUndone(rows, attempt);
    } catch (error) {
      const failed = failedBy(rows)(error);
      return new Map(
        wanted!.map((request) => [
          joined(keyIn(rows, (request.PutRequest?.Item ?? request.DeleteRequest?.Key)!)),
          failed,
        ]),
      );
    }
  }
  return new Map();
}

/** Waits before what is undone is asked for again. @throws {PortError} `throttled` once that was often enough. */
async function beUndone({ environment, what }: Rows, attempt: number): Promise<void> {
  if (attempt >= undone.maxAttempts)
    throw new PortError('throttled', `${what}: a batch was left undone ${attempt} times in a row`);
  await pause(attempt, environment.random, undone);
}

const failedBy =
  ({ what }: Rows) =>
  (error: unknown): Failed => ({ kind: 'failed', error: portErrorOf(error, what) });

const keyIn = ({ port }: Rows, attributes: Attributes): readonly string[] =>
  port.key.map((field) => attributes[attributeName(field)]!.S!);

// No part of a key holds a control character, so that joined keys are as different as the keys.
const joined = (key: readonly string[]): string => key.join('\0');
