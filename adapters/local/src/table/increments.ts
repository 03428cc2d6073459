import type { TablePort } from '@portolan/kernel';
import { PortError } from '@portolan/kernel';
import { invalidIn } from './draft.ts';

/** An increment as it was asked for. */
export interface Increment {
  readonly by: Readonly<Record<string, number>>;
  readonly expiresAt: number | undefined;
}

interface Counted {
  /** What each is answered: the item after it, or why nothing was added. */
  readonly outcomes: readonly (Record<string, unknown> | PortError)[];
  /** The item after all of them; `undefined` where none added anything. */
  readonly item: Record<string, unknown> | undefined;
  readonly expiresAt: number | undefined;
}

/**
 * Adds up increments of one item, in order.
 *
 * @param start - The item as it stands, or its key alone; not kept as it is.
 */
export function addAll(
  port: TablePort,
  start: Record<string, unknown>,
  expiresAtBefore: number | undefined,
  increments: readonly Increment[],
): Counted {
  const item = { ...start };
  let expiresAt = expiresAtBefore;
  const outcomes = increments.map((increment) => {
    const fault = add(port, item, increment.by);
    if (fault !== undefined) return fault;
    expiresAt = increment.expiresAt ?? expiresAt;
    return { ...item };
  });
  const added = outcomes.some((outcome) => !(outcome instanceof PortError));
  return { outcomes, item: added ? item : undefined, expiresAt };
}

/** @returns Why nothing was added. */
function add(
  port: TablePort,
  item: Record<string, unknown>,
  by: Readonly<Record<string, number>>,
): PortError | undefined {
  const fields = Object.entries(by);
  for (const [field, delta] of fields) {
    const sum = item[field] ?? 0;
    if (typeof sum !== 'number' || !Number.isSafeInteger(delta) || port.key.includes(field)) {
      return invalidIn(port, `cannot add ${delta} to field "${field}"`);
    }
  }
  for (const [field, delta] of fields) item[field] = ((item[field] ?? 0) as number) + delta;
  return undefined;
}
