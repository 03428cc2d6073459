import { PortError } from '@portolan/kernel';
import { createHash } from 'node:crypto';

/**
 * Where a page ended, as an opaque text that only the same listing takes back.
 *
 * @param scope - What the listing is of; another scope refuses the cursor.
 * @param position - The row key that the page ended with.
 */
export function encodeCursor(scope: readonly unknown[], position: string): string {
  return Buffer.from(JSON.stringify([mark(scope), position])).toString('base64url');
}

/** @throws {PortError} `invalid` for anything but a cursor of this scope. */
export function decodeCursor(subject: string, scope: readonly unknown[], cursor: string): string {
  try {
    const [marked, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly unknown[];
    if (marked === mark(scope) && typeof position === 'string') return position;
  } catch {
    // What cannot be read belongs to no query.
  }
  throw new PortError('invalid', `${subject}: the cursor does not belong to this query`);
}

const mark = (scope: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12);
