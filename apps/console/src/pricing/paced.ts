/**
 * Tells a listener of changes at most so often: of the first one at once, of those that follow soon after together.
 *
 * @param everyMs - Milliseconds between two tellings.
 */
export function paced(
  subscribe: (listener: () => void) => () => void,
  everyMs: number,
): (listener: () => void) => () => void {
  return (listener) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let toldAt = -Infinity;
    const tell = (): void => {
      timer = undefined;
      toldAt = performance.now();
      listener();
    };
    const leave = subscribe(() => {
      timer ??= setTimeout(tell, Math.max(0, toldAt + everyMs - performance.now()));
    });
    return () => {
      clearTimeout(timer);
      leave();
    };
  };
}
