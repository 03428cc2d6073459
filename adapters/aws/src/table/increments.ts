import { ConditionalCheckFailedException, UpdateItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { parse, PortError } from '@portolan/kernel';
import { atMostOnce } from '../clients/at-most-once.ts';
import { pause } from '../clients/pause.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { attributeName, fromAttributes, hidden } from './attributes.ts';
import { contention, type Rows } from './rows.ts';
import { draftOf, expiryOf, invalidIn, keyAttributes, unexpired, type Item } from './steps.ts';

export interface Increment {
  readonly key: readonly string[];
  readonly by: Readonly<Record<string, number>>;
  readonly expiresAt: number | undefined;
}

/**
 * Adds to fields of one item: by a single ADD where the item stands (or may begin with the fields alone), by reading and
 * writing at the version read where ADD cannot do it: the item has expired, or a field is no native number.
 *
 * ADD looks at nothing but the numbers, so that neither the schema nor `maxItemBytes` is held against the item after it.
 */
export async function increment(rows: Rows, { key, by, expiresAt }: Increment): Promise<Item> {
  for (const [field, delta] of Object.entries(by)) checkDelta(rows, field, delta);
  for (let attempt = 1; attempt <= contention.maxAttempts; attempt++) {
    const added = await rows.giveWay(() => add(rows, { key, by, expiresAt }));
    if (added !== undefined) return added;
    const current = await rows.get(key);
    const start = current?.item ?? keyFields(rows, key);
    const draft = draftOf(
      rows.port,
      { ...start, ...sums(rows, start, by) },
      expiresAt ?? current?.expiresAt,
      rows.nextVersion(),
    );
    const condition = current === undefined ? 'absent' : { version: current.version };
    if ((await rows.write({ key, draft, condition })).kind === 'written') return draft.item;
    await pause(attempt, rows.environment.random, contention);
  }
  throw new PortError('conflict', `${rows.what}: other writers kept winning`);
}

/** @returns `undefined` where it has to be done another way; then nothing was added. */
async function add(rows: Rows, { key, by, expiresAt }: Increment): Promise<Item | undefined> {
  const names: Record<string, string> = { '#v': hidden.version, '#x': hidden.expiresAt };
  const values: Record<string, AttributeValue> = {
    ':v': { S: rows.nextVersion() },
    ':now': { N: String(rows.now()) },
  };
  const sets = ['#v = :v'];
  for (const [name, value] of Object.entries(expiryOf(rows.port, expiresAt))) {
    names[`#${name.slice(1)}`] = name;
    values[`:${name.slice(1)}`] = value;
    sets.push(`#${name.slice(1)} = :${name.slice(1)}`);
  }
  const adds = Object.entries(by).map(([field, delta], index) => {
    names[`#f${index}`] = attributeName(field);
    values[`:f${index}`] = { N: String(delta) };
    return `#f${index} :f${index}`;
  });
  const mayBegin = parse(rows.port.item, { ...keyFields(rows, key), ...by }).kind === 'valid';
  if (!mayBegin) names['#p'] = attributeName(rows.port.key[0]!);
  const command = new UpdateItemCommand({
    TableName: rows.tableName,
    Key: keyAttributes(rows.port, key),
    UpdateExpression: `SET ${sets.join(', ')}${adds.length === 0 ? '' : ` ADD ${adds.join(', ')}`}`,
    ConditionExpression: `${unexpired}${mayBegin ? '' : ' AND attribute_exists(#p)'}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  });
  try {
    const { Attributes: after } = await atMostOnce(command, () => rows.client.send(command));
    return fromAttributes(after!, rows.what);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    // What cannot be added to says so here: text, null, an index field, a sum of more than 38 digits.
    if (portErrorOf(error, rows.what).code === 'invalid') return undefined;
    throw error;
  }
}

function sums(rows: Rows, start: Item, by: Increment['by']): Item {
  return Object.fromEntries(
    Object.entries(by).map(([field, delta]) => {
      const current = start[field] ?? 0;
      if (typeof current !== 'number') throw invalidIn(rows.port, `cannot add ${delta} to field "${field}"`);
      return [field, current + delta];
    }),
  );
}

function checkDelta({ port }: Rows, field: string, delta: number): void {
  if (!Number.isSafeInteger(delta) || port.key.includes(field))
    throw invalidIn(port, `cannot add ${delta} to field "${field}"`);
}

const keyFields = ({ port }: Rows, key: readonly string[]): Item =>
  Object.fromEntries(port.key.map((field, index) => [field, key[index]!]));
