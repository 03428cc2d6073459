import type { Objects } from '@portolan/kernel';
import { objectKey, readText } from '../archive/archive-object.ts';
import { decodeLines } from '../minute-lines.ts';
import type { Scale } from '../product.ts';
import { tradeKey } from '../stored-trade.ts';

/** The trades that a minute's object holds, each by its source and id. */
export async function archivedKeys(
  objects: Pick<Objects, 'get'>,
  product: string,
  minute: string,
  scale: Scale,
): Promise<ReadonlySet<string>> {
  const archived = await readText(objects, objectKey(product, 'minute', minute));
  return new Set(archived === undefined ? [] : decodeLines(archived.text, scale).map(tradeKey));
}
