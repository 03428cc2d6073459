/**
 * Makes something when it is first asked for, and then gives the same to everybody. What could not be made is tried again
 * by whoever asks next: what it lacked may have come by then.
 */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/**
 * As {@link once}, of each by its key.
 *
 * @param made - Where they are kept.
 */
export function onceEach<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let making = made.get(key);
  if (making === undefined) {
    making = make();
    made.set(key, making);
    making.catch(() => made.delete(key));
  }
  return making;
}
