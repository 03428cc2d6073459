import type { Page } from './table.ts';

/** What the next page is asked for with: nothing for the first. */
export interface From {
  readonly cursor?: string;
}

/** The cursor of a question that may have none, as options leave it out. */
export const from = (cursor: string | undefined): From => (cursor === undefined ? {} : { cursor });

/** The items of a listing, page by page, each asked for with the cursor of the one before and only when it is wanted. */
export async function* pagesOf<T>(
  ask: (from: From) => Promise<Page<T>>,
): AsyncGenerator<readonly T[], void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await ask(from(cursor));
    yield page.items;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The first items of a listing, at most `count`: pages may be shorter than asked for, empty even, before the last. */
export async function firstOf<T>(count: number, ask: (from: From) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const page of pagesOf(ask)) {
    items.push(...page);
    if (items.length >= count) break;
  }
  return items.slice(0, count);
}

/** A page of an HTTP listing: its items under their name, and the cursor where there is more. */
export const listed = <const Name extends string, Item>(
  name: Name,
  items: readonly Item[],
  cursor: string | undefined,
) => ({
  ...({ [name]: [...items] } as { [N in Name]: Item[] }),
  ...from(cursor),
});
