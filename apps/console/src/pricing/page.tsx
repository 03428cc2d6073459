import { useEffect } from 'react';
import { messageOf } from '../api/problem.ts';
import type { Product } from '../api/answers.ts';
import type { PricingRoute } from '../shell/route.ts';
import { replaceRoute } from '../shell/use-route.ts';
import { Button } from '../ui/button.tsx';
import { CandlePanel } from './chart/candle-panel.tsx';
import { FeedBar } from './feeds/feed-bar.tsx';
import { GapList } from './gap-list.tsx';
import type { LiveMarket } from './live/live-market.ts';
import { useLiveMarket } from './live/use-live-market.ts';
import { NoProducts, UnknownProduct } from './no-prices.tsx';
import { ProductSwitch } from './product-switch.tsx';
import { useGaps, useProducts } from './queries.ts';
import { TradeList } from './trades/trade-list.tsx';

/** The page of the pricing domain. */
export function PricingPage({ route }: { readonly route: PricingRoute }) {
  const { data, error, refetch } = useProducts();
  const shown = route.product ?? data?.products[0]?.id;
  useEffect(() => {
    document.title = `${shown === undefined ? '' : `${shown} · `}Pricing · Portolan`;
  }, [shown]);
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Pricing</h1>
          <p className="hint">Trades as they are made, their candles, and every one before them from the archive.</p>
        </div>
      </div>
      {data === undefined ? (
        <div className="notice" role="status">
          <p>{error === null ? 'Loading products…' : messageOf(error)}</p>
          {error === null ? null : <Button onClick={() => void refetch()}>Try again</Button>}
        </div>
      ) : shown === undefined ? (
        <NoProducts />
      ) : (
        <Products products={data.products} shown={shown} route={route} />
      )}
    </>
  );
}

interface ProductsProps {
  readonly products: readonly Product[];
  readonly shown: string;
  readonly route: PricingRoute;
}

function Products({ products, shown, route }: ProductsProps) {
  const product = products.find(({ id }) => id === shown);
  const market = useLiveMarket(
    products.map(({ id }) => id),
    product?.id,
  );
  return (
    <>
      <ProductSwitch products={products} shown={shown} route={route} market={market} />
      {product === undefined ? (
        <UnknownProduct id={shown} />
      ) : (
        <Market product={product} route={{ ...route, product: shown }} market={market} />
      )}
    </>
  );
}

interface MarketProps {
  readonly product: Product;
  readonly route: PricingRoute;
  readonly market: LiveMarket | undefined;
}

function Market({ product, route, market }: MarketProps) {
  const gaps = useGaps(product.id);
  return (
    <>
      <FeedBar product={product.id} market={market} />
      <div className="market">
        <CandlePanel
          product={product}
          interval={route.interval}
          // Each arrow key would be a step back otherwise.
          onInterval={(interval) => replaceRoute({ ...route, interval })}
          market={market}
          gaps={gaps.data?.gaps}
        />
        <TradeList product={product} market={market} />
      </div>
      <GapList product={product.id} gaps={gaps.data?.gaps} more={gaps.data?.cursor !== undefined} error={gaps.error} />
    </>
  );
}
