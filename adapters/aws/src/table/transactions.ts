import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { maxTransactWrites, PortError, type ErrorCode, type TransactResult } from '@portolan/kernel';
import type { Rows } from './rows.ts';
import { conditionExpression, invalidIn, keyAttributes, type Step } from './steps.ts';

/**
 * Bytes that the items of one transaction may have together.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const maxTransactBytes = 4 * 1_024 * 1_024;

/** A step of a transaction; `write` is false where it only checks. */
export type TransactStep = Step & { readonly write: boolean };

/**
 * All of the steps or none. The SDK gives each request a token, so that one which it repeats is done once.
 *
 * @throws {PortError} `invalid` as the contract says; `too-large` for more than 4 MB; `conflict` when other transactions
 *   kept the items.
 */
export async function transact(rows: Rows, steps: readonly TransactStep[]): Promise<TransactResult> {
  check(rows, steps);
  if (steps.length === 0) return { kind: 'written' };
  return rows.giveWay(async () => {
    const now = rows.now();
    const command = new TransactWriteItemsCommand({ TransactItems: steps.map((step) => itemOf(rows, step, now)) });
    try {
      await rows.client.send(command);
      return { kind: 'written' };
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      return judge(rows, error);
    }
  });
}

function itemOf(
  { port, tableName }: Rows,
  { key, draft, condition, write }: TransactStep,
  now: number,
): TransactWriteItem {
  const common = { TableName: tableName, ...conditionExpression(port, condition, now) };
  if (draft !== undefined) return { Put: { ...common, Item: draft.attributes } };
  const Key = keyAttributes(port, key);
  // A check without a condition is none that the contract knows.
  return write ? { Delete: { ...common, Key } } : { ConditionCheck: { ...(common as Required<typeof common>), Key } };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html (cancellation reasons) */
const reasons: Readonly<Record<string, ErrorCode>> = {
  TransactionConflict: 'conflict',
  ProvisionedThroughputExceeded: 'throttled',
  ThrottlingError: 'throttled',
  ItemCollectionSizeLimitExceeded: 'too-large',
  ValidationError: 'invalid',
};

/** What a cancelled transaction comes to: the index of the failed condition, wherever there is one. */
function judge({ what }: Rows, error: TransactionCanceledException): TransactResult {
  const codes = (error.CancellationReasons ?? []).map(({ Code = 'None' }) => Code);
  const failed = codes.indexOf('ConditionalCheckFailed');
  if (failed !== -1) return { kind: 'conflict', index: failed };
  const code = codes.find((one) => one !== 'None') ?? 'no reason';
  throw new PortError(reasons[code] ?? 'internal', `${what}: the transaction was cancelled: ${codes.join(', ')}`, {
    cause: error,
  });
}

function check({ port }: Rows, steps: readonly TransactStep[]): void {
  if (steps.length > maxTransactWrites)
    throw invalidIn(port, `${steps.length} writes in one transaction; at most ${maxTransactWrites} fit`);
  if (new Set(steps.map(({ key }) => key[0])).size > 1)
    throw invalidIn(port, 'a transaction spans more than one partition');
  if (new Set(steps.map(({ key }) => key[1] ?? '')).size < steps.length)
    throw invalidIn(port, 'a transaction names a key twice');
  const bytes = steps.reduce((sum, { draft }) => sum + (draft?.sizeBytes ?? 0), 0);
  if (bytes > maxTransactBytes)
    throw new PortError(
      'too-large',
      `table "${port.name}": a transaction of ${bytes} bytes; at most ${maxTransactBytes} fit`,
    );
}
