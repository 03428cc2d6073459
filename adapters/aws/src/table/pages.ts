import { QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { checkKeyPart, compareUtf8, maxPageItems, type Page, type Stored, type TableRange } from '@portolan/kernel';
import { attributeName, hidden, type Attributes } from './attributes.ts';
import { decodeCursor, encodeCursor } from '@portolan/node';
import type { Rows } from './rows.ts';
import { invalidIn, keyAttributes, unexpired, type Item } from './steps.ts';

/** Calls that one page may take: where most of what they find has expired, a page is short rather than late. */
const maxCalls = 10;

/** What is asked, and how positions in it are told. */
interface Question {
  readonly range: TableRange;
  readonly limit: number;
  readonly descending: boolean;
  /** The fields that partition and order what is asked for; a table of single items has no sort field. */
  readonly fields: readonly [partition: string, sort: string | undefined];
  readonly scope: readonly unknown[];
}

/** One page, of the table by consistent reads, or of an index. */
export async function readPage(rows: Rows, range: TableRange): Promise<Page<Stored<Item>>> {
  const question = questionOf(rows, range);
  const { limit, fields } = question;
  let start = range.cursor === undefined ? undefined : startOf(rows, question, range.cursor);
  if (isEmpty(question)) return { items: [] };
  const items: Stored<Item>[] = [];
  for (let calls = 1; ; calls++) {
    const found = await ask(rows, question, limit - items.length, start);
    start = found.next;
    for (const attributes of found.items) {
      // DynamoDB takes ranges with both ends inclusive: what lies on the exclusive one is left out here.
      if (fields[1] !== undefined && range.to !== undefined && sortOf(attributes, fields[1]) === range.to) {
        if (question.descending) continue;
        return { items };
      }
      const stored = rows.live(attributes);
      if (stored !== undefined) items.push(stored);
    }
    if (start === undefined) return { items };
    if (items.length === limit || calls === maxCalls)
      return { items, cursor: encodeCursor(question.scope, positionOf(rows, question, start)) };
  }
}

function questionOf({ port }: Rows, range: TableRange): Question {
  const { limit = 100, index, partition, from, to } = range;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxPageItems)
    throw invalidIn(port, `limit must be an integer from 1 to ${maxPageItems}, not ${limit}`);
  if (index !== undefined && !Object.hasOwn(port.indexes, index)) throw invalidIn(port, `it has no index "${index}"`);
  checkKeyPart(port.name, 'partition', partition);
  const descending = range.order === 'descending';
  return {
    range,
    limit,
    descending,
    fields: index === undefined ? [port.key[0]!, port.key[1]] : port.indexes[index]!,
    scope: [port.name, index ?? null, partition, from ?? null, to ?? null, descending],
  };
}

/** Ranges that hold nothing, which DynamoDB refuses to be asked for. */
function isEmpty({ range: { from = '', to }, fields: [, sort] }: Question): boolean {
  // The sort key of what has none is as empty as they come.
  if (sort === undefined) return from !== '' || to === '';
  return to !== undefined && compareUtf8(from, to) >= 0;
}

async function ask(rows: Rows, { range, descending, fields }: Question, limit: number, start: Attributes | undefined) {
  const names: Record<string, string> = { '#p': attributeName(fields[0]), '#x': hidden.expiresAt };
  const now = rows.now();
  const values: Record<string, AttributeValue> = { ':p': { S: range.partition }, ':now': { N: String(now) } };
  const condition = ['#p = :p'];
  if (fields[1] !== undefined) {
    const bounds = boundsOf(range);
    if (bounds !== undefined) {
      names['#s'] = attributeName(fields[1]);
      Object.assign(values, bounds.values);
      condition.push(bounds.condition);
    }
  }
  const command = new QueryCommand({
    TableName: rows.tableName,
    KeyConditionExpression: condition.join(' AND '),
    FilterExpression: unexpired,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ScanIndexForward: !descending,
    Limit: limit,
    ...(range.index === undefined ? { ConsistentRead: true } : { IndexName: range.index }),
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
  });
  const { Items = [], LastEvaluatedKey } = await rows.giveWay(() => rows.client.send(command));
  return { items: Items, next: LastEvaluatedKey };
}

function boundsOf({ from = '', to }: TableRange) {
  const values = {
    ...(from === '' ? {} : { ':from': bound(from) }),
    ...(to === undefined ? {} : { ':to': bound(to) }),
  };
  if (from !== '' && to !== undefined) return { condition: '#s BETWEEN :from AND :to', values };
  if (from !== '') return { condition: '#s >= :from', values };
  return to === undefined ? undefined : { condition: '#s < :to', values };
}

/**
 * No sort key has more than 256 bytes, so that what follows the first 300 characters of a bound decides nothing; and
 * DynamoDB takes none of more than 1,024 bytes.
 */
const bound = (text: string): AttributeValue => ({ S: text.slice(0, 300).toWellFormed() });

const sortOf = (attributes: Attributes, field: string): string | undefined => attributes[attributeName(field)]?.S;

/** A place in what is asked for: in an index the sort value and the key, in the table just what the key adds to the partition. */
function positionOf({ port }: Rows, { range, fields }: Question, at: Attributes): readonly string[] {
  if (range.index === undefined) return port.key.slice(1).map((field) => sortOf(at, field)!);
  return [sortOf(at, fields[1]!)!, ...port.key.map((field) => sortOf(at, field)!)];
}

function startOf({ port, what }: Rows, { range, fields, scope }: Question, cursor: string): Attributes {
  const inIndex = range.index !== undefined;
  const parts = inIndex ? 1 + port.key.length : port.key.length - 1;
  const position = decodeCursor(what, scope, cursor, Array<'string'>(parts).fill('string'));
  if (!inIndex) return keyAttributes(port, [range.partition, ...position]);
  const [sort, ...key] = position;
  return {
    ...keyAttributes(port, key),
    [attributeName(fields[0])]: { S: range.partition },
    [attributeName(fields[1]!)]: { S: sort! },
  };
}
