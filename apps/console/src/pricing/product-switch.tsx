import { useLayoutEffect, useRef } from 'react';
import type { Product } from '../api/answers.ts';
import { hrefOf, type PricingRoute } from '../shell/route.ts';
import { placesOf, toPlaces } from './decimal.ts';
import type { LiveMarket } from './live/live-market.ts';
import { useLiveVersion } from './live/use-live-market.ts';

interface ProductSwitchProps {
  readonly products: readonly Product[];
  readonly shown: string;
  readonly route: PricingRoute;
  readonly market: LiveMarket | undefined;
}

/** Every product with its latest price. */
export function ProductSwitch({ products, shown, route, market }: ProductSwitchProps) {
  useLiveVersion(market);
  const all = useRef<HTMLElement>(null);
  // Whoever comes by a link, or has many products, is not left to look for the one that is shown.
  useLayoutEffect(() => {
    all.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown]);
  return (
    <nav ref={all} className="product-switch" aria-label="Products">
      {products.map(({ id, priceIncrement }) => {
        const price = market?.tailOf(id).latest?.price;
        return (
          <a key={id} href={hrefOf({ ...route, product: id })} aria-current={id === shown ? 'page' : undefined}>
            <span className="product-id">{id}</span>
            <span className="product-price">
              {price === undefined ? '–' : toPlaces(price, placesOf(priceIncrement))}
            </span>
          </a>
        );
      })}
    </nav>
  );
}
