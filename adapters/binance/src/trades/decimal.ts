/**
 * Reads a plain decimal, as Binance writes them: `93576.00000000`.
 *
 * @returns Its places after the point without zeros at the end, or -1 for anything else: a sign, an exponent, a point
 *   without digits on both sides, a leading zero.
 */
export function placesOf(text: string): number {
  if (!/^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text)) return -1;
  const point = text.indexOf('.');
  if (point === -1) return 0;
  let end = text.length;
  while (text.charCodeAt(end - 1) === zero) end--;
  return end - point - 1;
}

/**
 * The shortest text of the same decimal, so that equal numbers have equal texts: "1.50" becomes "1.5", and "2.00" "2".
 *
 * @returns `undefined` for what {@link placesOf} does not read.
 */
export function shortest(text: string): string | undefined {
  const places = placesOf(text);
  if (places === -1) return undefined;
  const point = text.indexOf('.');
  if (point === -1) return text;
  return text.slice(0, places === 0 ? point : point + 1 + places);
}

/** The increment with that many places: 0 is "1", 2 is "0.01". */
export const incrementOf = (places: number): string => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`);

const zero = 48;
