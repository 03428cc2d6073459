import { placesOf, incrementOf, shortest } from '../trades/decimal.ts';

/**
 * The coarsest increment that is at least as fine as both: the present one where the wanted one is a multiple of it, else
 * the power of ten with as many places as the finer one has.
 *
 * @param present - A plain decimal above 0, as the wanted one.
 */
export function finest(present: string, wanted: string): string {
  const places = Math.max(placesOf(present), placesOf(wanted));
  return units(wanted, places) % units(present, places) === 0n ? shortest(present)! : incrementOf(places);
}

/** The decimal in units of 10^-places. */
function units(decimal: string, places: number): bigint {
  const text = shortest(decimal)!;
  return BigInt(text.replace('.', '') + '0'.repeat(places - placesOf(text)));
}
