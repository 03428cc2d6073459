import { PortError } from '@portolan/kernel';
import { createHash } from 'node:crypto';

/**
 * Where a page ended, as an opaque text that only the same listing takes back.
 *
 * @param scope - What the listing is of; another scope refuses the cursor.
 */
export function encodeCursor(scope: readonly unknown[], position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([mark(scope), ...position])).toString('base64url');
}

/** @throws {PortError} `invalid` for anything but a cursor of this scope with a position of these types. */
export function decodeCursor<T extends 'string' | 'number'>(
  subject: string,
  scope: readonly unknown[],
  cursor: string,
  types: readonly T[],
): readonly (T extends 'string' ? string : number)[] {
  const [marked, ...position] = parts(cursor);
  if (
    marked === mark(scope) &&
    position.length === types.length &&
    position.every((part, i) => typeof part === types[i])
  ) {
    return position as (T extends 'string' ? string : number)[];
  }
  throw new PortError('invalid', `${subject}: the cursor does not belong to this query`);
}

function parts(cursor: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    // What cannot be read belongs to no query.
    return [];
  }
}

const mark = (scope: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(scope)).digest('base64url').slice(0, 12);
