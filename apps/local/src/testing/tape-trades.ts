import type { Tape } from '@portolan/coinbase/simulator';
import type { TradeView } from '@portolan/pricing';

/** The trades of a simulated exchange as the platform is to show them. @param last - The last id; `first` is included, too. */
export function tradesOnTape(
  tape: Tape,
  product: string,
  { source, first, last }: { readonly source: string; readonly first: number; readonly last: number },
): readonly TradeView[] {
  return tape.newer(product, Infinity, first - 1, last - first + 1).map(({ id, micros, price, size, side }) => ({
    product,
    id: String(id),
    time: isoOf(micros),
    price,
    size,
    side,
    source,
  }));
}

/** The last id that the exchange had given to a trade at an instant in milliseconds since 1970. */
export const newestOnTape = (tape: Tape, product: string, at: number): number =>
  tape.older(product, tape.marketTime(at), Infinity, 1)[0]!.id;

/** How many trades of a product the exchange has made after an id by now. */
export const madeSince = (tape: Tape, product: string, id: number, atMost: number): number =>
  tape.newer(product, tape.marketTime(Date.now()), id, atMost).length;

const isoOf = (micros: number): string =>
  `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, '0')}Z`;
