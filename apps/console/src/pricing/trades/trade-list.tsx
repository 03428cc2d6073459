import type { Product, Trade } from '../../api/answers.ts';
import { formatSecond, formatInstant } from '../../time/instant.ts';
import { placesOf, toPlaces } from '../decimal.ts';
import type { LiveMarket } from '../live/live-market.ts';
import { useLiveVersion, useTail } from '../live/use-live-market.ts';

interface TradeListProps {
  readonly product: Product;
  readonly market: LiveMarket | undefined;
}

/** The newest trades, the newest first. */
export function TradeList({ product, market }: TradeListProps) {
  useTail(market, product.id);
  useLiveVersion(market);
  const trades = market?.tailOf(product.id).newest ?? [];
  const [pricePlaces, sizePlaces] = [placesOf(product.priceIncrement), placesOf(product.sizeIncrement)];
  return (
    <section className="panel trade-list" aria-labelledby="trades-title">
      <h2 id="trades-title">Newest trades</h2>
      {trades.length === 0 ? <p className="notice">None yet.</p> : null}
      <div
        className="trade-frame"
        tabIndex={0}
        role="region"
        aria-labelledby="trades-title"
        hidden={trades.length === 0}
      >
        <table>
          <caption className="visually-hidden">Newest trades of {product.id}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Side</th>
              <th scope="col" data-numeric="true">
                Price
              </th>
              <th scope="col" data-numeric="true">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {trades.map((trade) => (
              <tr key={`${trade.source}/${trade.id}`}>
                <td>
                  <time dateTime={trade.time} title={formatInstant(Date.parse(trade.time))}>
                    {formatSecond(Date.parse(trade.time))}
                  </time>
                </td>
                <td>
                  <Side side={trade.side} />
                </td>
                <td data-numeric="true">{toPlaces(trade.price, pricePlaces)}</td>
                <td data-numeric="true">{toPlaces(trade.size, sizePlaces)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The taker's side: a word and an arrow besides the colour. */
function Side({ side }: { readonly side: Trade['side'] }) {
  return (
    <span className="side" data-side={side}>
      <span aria-hidden="true">{side === 'buy' ? '▲' : '▼'}</span> {side}
    </span>
  );
}
