import type { Feed } from '../../api/answers.ts';
import { useNow } from '../../time/use-now.ts';
import { Badge } from '../../ui/badge.tsx';
import { Ago } from '../../ui/time.tsx';
import type { LiveMarket } from '../live/live-market.ts';
import { useLiveVersion } from '../live/use-live-market.ts';
import { useFeeds } from '../queries.ts';
import { feedsOf, lookOf } from './feed-look.ts';

/** Where a product's prices come from, and how lively. */
export function FeedBar({ product, market }: { readonly product: string; readonly market: LiveMarket | undefined }) {
  const { data } = useFeeds();
  const feeds = feedsOf(data?.feeds ?? [], product);
  return (
    <section className="feed-bar" aria-label={`Feed of ${product}`}>
      {feeds.map((feed) => (
        <FeedState key={feed.source} feed={feed} />
      ))}
      {data !== undefined && feeds.length === 0 ? (
        <p className="hint">No feed brings trades of {product}; they come by imports and over the API.</p>
      ) : null}
      <Pulse product={product} market={market} />
    </section>
  );
}

function FeedState({ feed }: { readonly feed: Feed }) {
  const { name, state, icon, tone, detail } = lookOf(feed, useNow());
  return (
    <div className="feed">
      <span className="feed-name" data-simulated={feed.simulated}>
        {name}
      </span>
      {feed.simulated ? <span className="feed-simulated">prices are made up</span> : null}
      <Badge icon={icon} tone={tone} label={`Feed ${state}`} />
      {detail === undefined ? null : <span className="hint">{detail}</span>}
      <code className="hint">{feed.endpoint}</code>
    </div>
  );
}

/** The age of the last trade, and trades per second; whether they arrive live at this page. */
function Pulse({ product, market }: { readonly product: string; readonly market: LiveMarket | undefined }) {
  useLiveVersion(market);
  const now = useNow();
  const tail = market?.tailOf(product);
  return (
    <dl className="pulse" data-live={market?.state}>
      <div>
        <dt>Last trade</dt>
        <dd>{tail?.latest === undefined ? '–' : <Ago iso={tail.latest.time} />}</dd>
      </div>
      <div>
        <dt>Trades per second</dt>
        <dd>{tail === undefined ? '–' : tail.perSecond(now).toFixed(1)}</dd>
      </div>
      {market === undefined || market.state === 'open' ? null : (
        <div className="pulse-broken">
          <dt className="visually-hidden">Live updates</dt>
          <dd role="status">
            {market.state === 'connecting' ? 'Connecting live…' : 'Live updates broke off; trying again'}
          </dd>
        </div>
      )}
    </dl>
  );
}
