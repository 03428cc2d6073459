/** The unit before the first that a key may hold. */
const floor = 0x1f;
/** The first unit behind ASCII that a key may hold: most keys have none from there on. */
const behindAscii = 0xa0;
const ceiling = 0x10000;
const forbidden = /[/\\#?%\x7f-\x9f\ud800-\udfff]/;

/**
 * A text strictly between two in the order of UTF-16 units, about halfway, such as a filter may name.
 *
 * @param high - Above every key, where it is left out.
 * @returns `undefined` where there is none to be found.
 */
export function between(low: string, high: string | undefined): string | undefined {
  let at = high === undefined ? 0 : commonPrefix(low, high).length;
  let ends = high === undefined ? ceiling : unitAt(high, at);
  for (; at <= low.length; at++) {
    const unit = halfway(unitAt(low, at), ends);
    if (unit !== undefined) return low.slice(0, at) + unit;
    // Behind the first unit in which they differ, whatever begins as the lower does is below the higher.
    ends = ceiling;
  }
  return undefined;
}

const unitAt = (text: string, at: number): number => (at < text.length ? text.charCodeAt(at) : floor);

/** A unit strictly between two that a key may hold, the nearest to the middle of where most are. */
function halfway(low: number, high: number): string | undefined {
  const middle = low < behindAscii && high > behindAscii ? behindAscii : Math.floor((low + high) / 2);
  for (let off = 0; middle - off > low || middle + off < high; off++) {
    for (const code of [middle - off, middle + off]) {
      const unit = String.fromCharCode(code);
      if (code > low && code < high && !forbidden.test(unit)) return unit;
    }
  }
  return undefined;
}

/** The first text that is above everything that begins with `prefix`, as far as a filter may name one. */
export function behindAll(prefix: string): string | undefined {
  for (let end = prefix.length; end > 0; end--) {
    for (let code = prefix.charCodeAt(end - 1) + 1; code < ceiling; code++) {
      const unit = String.fromCharCode(code);
      if (!forbidden.test(unit)) return prefix.slice(0, end - 1) + unit;
    }
  }
  return undefined;
}

/** What both texts begin with. */
export function commonPrefix(left: string, right: string): string {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length++;
  return left.slice(0, length);
}
