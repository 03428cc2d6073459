/**
 * The first text behind all that begin with `prefix`, in the order of code points; `undefined` where there is none.
 *
 * @param prefix - Without halves of surrogate pairs.
 */
export function behindPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((sign) => sign.codePointAt(0)!);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // What lies between are halves of surrogate pairs, which no text has.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}
