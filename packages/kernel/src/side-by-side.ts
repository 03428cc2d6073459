/**
 * Does work for each of many, a bounded number at a time.
 *
 * @param width - Calls under way at one time, at most.
 * @returns The results in the order given. A failure is handed on once nothing runs any more, and nothing new is begun after it.
 */
export async function sideBySide<One, Result>(
  many: readonly One[],
  width: number,
  work: (one: One, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(many.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < many.length) {
      const index = next++;
      try {
        results[index] = await work(many[index]!, index);
      } catch (error) {
        next = many.length;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, many.length) }, lane));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return results;
}

/** Cuts a list into pieces of at most `size`. */
export function chunks<One>(many: readonly One[], size: number): One[][] {
  return Array.from({ length: Math.ceil(many.length / size) }, (_, n) => many.slice(n * size, (n + 1) * size));
}
