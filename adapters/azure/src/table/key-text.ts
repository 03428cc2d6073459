import { PortError } from '@portolan/kernel';

/**
 * UTF-16 units that a PartitionKey or RowKey may have: 1 KiB. (Microsoft's page of scalability targets says 1,024
 * characters, its data model 1 KiB; the smaller holds under both.)
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model
 */
export const maxKeyUnits = 512;

/** Stands behind the sort key in the RowKey of an index: no encoded key holds one, and it sorts before everything else. */
export const endOfSort = ' ';

/**
 * What a key may not hold (`/ \ # ?`, and the space, which ends the sort key of an index row) and `%`, on which some
 * clients of Table Storage trip, each after the character that stands before it. Both of such a pair are written as the
 * first of them and a digit, so that no order changes: `.` is `.0` and `/` is `.1`.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model#characters-disallowed-in-key-fields
 */
const pairs: readonly (readonly [lead: string, follower: string])[] = [
  ['"', '#'],
  ['$', '%'],
  ['.', '/'],
  ['>', '?'],
  ['[', '\\'],
];
const written = new Map<string, string>(
  pairs.flatMap(([lead, follower]) => [
    [lead, `${lead}0`],
    [follower, `${lead}1`],
  ]),
);
// Nothing that a key may hold sorts before the space: it is written behind `!`, which comes next.
written.set(' ', '!0').set('!', '!1');
/** The last before the surrogates. What follows them in UTF-16, but comes before what they stand for, is written behind it. */
const highLead = '\ud7ff';
written.set(highLead, `${highLead}0`);

const rewritten = /[ !"#$%./>?[\\\ud7ff\ue000-\uffff]/gu;

/**
 * A part of a key as Table Storage may hold it: at most two UTF-16 units for each byte of UTF-8, and in an order that is
 * the same by UTF-8 bytes (the contract's), by UTF-16 units (Azure's "lexical") and by code points.
 *
 * Every character is written as itself or as a pair that no other character begins with, in the order of characters, so
 * that texts compare as what they were made of. The one range where the two orders differ, U+E000 to U+FFFF against the
 * surrogates, is moved below the surrogates by its lead.
 *
 * @throws {PortError} `invalid` for a text with half of a surrogate pair, which has no UTF-8.
 */
export function encodeKeyText(text: string): string {
  if (!text.isWellFormed())
    throw new PortError('invalid', `a key must be well-formed text, not ${JSON.stringify(text.slice(0, 60))}`);
  return text.replace(rewritten, (character) => written.get(character) ?? `${highLead}1${character}`);
}

/** A text in a filter of OData. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
