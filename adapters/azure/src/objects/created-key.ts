import type { Objects } from '@portolan/kernel';
import { keptPrefix, mayBe, type CreatedBlob } from './blob-created.ts';

/** Pages that are looked through for a key that the event could not write down, at most. */
const maxPages = 20;

/**
 * The key of a created blob. Where the event leaves it open, that of the blob with the event's tag is it; where there is none
 * with that tag any more, the likeliest.
 */
export async function keyOf(
  { keys, subjectKey, tag }: CreatedBlob,
  objects: Pick<Objects, 'head' | 'list'>,
): Promise<string> {
  const prefix = keptPrefix(subjectKey);
  const [first, ...others] = keys;
  if (prefix === undefined && first !== undefined && others.length === 0) return first;
  for (const key of keys) if ((await objects.head(key))?.tag === tag) return key;
  if (prefix === undefined) return first ?? subjectKey;
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await objects.list({ prefix, ...(cursor === undefined ? {} : { cursor }) });
    const found = page.items.find((item) => item.tag === tag && mayBe(item.key, subjectKey));
    if (found !== undefined) return found.key;
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return first ?? subjectKey;
}
