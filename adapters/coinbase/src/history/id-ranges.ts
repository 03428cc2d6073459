/** Trade ids from `first` to `last`, both included; `first` at most `last`. */
export interface IdRange {
  readonly first: number;
  readonly last: number;
}

/** How many ids that is. */
export const idsIn = ({ first, last }: IdRange): number => last - first + 1;

/** How many ids two ranges share. */
export const idsInBoth = (a: IdRange, b: IdRange): number =>
  Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);

/** What is left of a range without others, from the lowest up. The others may come in any order and overlap. */
export function withoutRanges(range: IdRange, others: readonly IdRange[]): IdRange[] {
  let left: IdRange[] = [range];
  for (const other of others) left = left.flatMap((part) => withoutRange(part, other));
  return left;
}

function withoutRange(range: IdRange, other: IdRange): IdRange[] {
  if (other.last < range.first || other.first > range.last) return [range];
  const left: IdRange[] = [];
  if (other.first > range.first) left.push({ first: range.first, last: other.first - 1 });
  if (other.last < range.last) left.push({ first: other.last + 1, last: range.last });
  return left;
}

/** Single ids as ranges, from the lowest up. */
export function rangesOf(ids: Iterable<number>): IdRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const id of [...ids].sort((a, b) => a - b)) {
    const top = ranges.at(-1);
    if (top !== undefined && id <= top.last + 1) top.last = id;
    else ranges.push({ first: id, last: id });
  }
  return ranges;
}
