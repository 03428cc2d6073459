/** Durations are numbers of milliseconds; these only make declarations readable. */
export const seconds = (count: number): number => count * 1_000;
export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;
export const days = (count: number): number => count * 86_400_000;

/** Sizes are numbers of bytes. */
export const kibibytes = (count: number): number => count * 1_024;
export const mebibytes = (count: number): number => count * 1_048_576;
export const gibibytes = (count: number): number => count * 1_073_741_824;

/** "15 min", "7 d": a duration for an error message; the largest unit that divides it. */
export function formatDuration(durationMs: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'min'],
    [1_000, 's'],
  ] as const;
  for (const [unitMs, unit] of units) {
    if (durationMs >= unitMs && durationMs % unitMs === 0) return `${durationMs / unitMs} ${unit}`;
  }
  return `${durationMs} ms`;
}

/** Bytes of `text` in UTF-8. A lone surrogate counts as the three bytes of its replacement character. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes += 1;
    else if (unit >= 0xd800 && unit <= 0xdbff && isLowSurrogate(text.charCodeAt(index + 1))) {
      bytes += 2;
      index++;
    } else bytes += 2;
  }
  return bytes;
}

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** Orders strings by their UTF-8 bytes, that is by code points: the order of sort keys in every table. */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a === b) continue;
    // Surrogates stand for code points above U+FFFF, so they sort after every other unit.
    return rank(a) - rank(b);
  }
  return left.length - right.length;
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
