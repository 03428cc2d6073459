/**
 * Does something for each item, at most `width` at a time.
 *
 * @returns The results in the order of the items. The first rejection is handed on once nothing runs any more.
 */
export async function sideBySide<T, Result>(
  items: readonly T[],
  width: number,
  act: (item: T, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await act(items[index]!, index);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}
