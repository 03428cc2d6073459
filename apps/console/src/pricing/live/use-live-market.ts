import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { connection } from '../../api/connection.ts';
import { paced } from '../paced.ts';
import { feedsKey, tailOf, useLatest, withFeed } from '../queries.ts';
import { LiveMarket, mostFollowed } from './live-market.ts';
import { tailLength } from './trade-tail.ts';

/** How often what is shown of live trades changes, in milliseconds: a few times a second can be read. */
const paceMs = 300;

/** Follows products live, as many as one socket can, the one that is shown among them. */
export function useLiveMarket(products: readonly string[], shown: string | undefined): LiveMarket | undefined {
  const followed = [...new Set([...(shown === undefined ? [] : [shown]), ...products])].slice(0, mostFollowed);
  // Which of them is shown changes nothing: the socket is the same.
  const names = followed.toSorted().join(',');
  const client = useQueryClient();
  const [market, setMarket] = useState<LiveMarket>();
  useEffect(() => {
    if (names === '') return;
    const opened = new LiveMarket(names.split(','), (feed) =>
      client.setQueryData(feedsKey, (known: Parameters<typeof withFeed>[0]) => withFeed(known, feed)),
    );
    setMarket(opened);
    return () => opened.close();
  }, [names, client]);
  useRenewal(market);
  useLatestTold(market, followed, shown);
  return market;
}

/** A platform that is back has forgotten its sockets, even where this side has not noticed. */
function useRenewal(market: LiveMarket | undefined): void {
  useEffect(() => {
    let was = connection.get().kind;
    return connection.subscribe(() => {
      const { kind } = connection.get();
      if (was === 'offline' && kind === 'online') market?.renew();
      was = kind;
    });
  }, [market]);
}

function useLatestTold(market: LiveMarket | undefined, followed: readonly string[], shown: string | undefined): void {
  const answers = useLatest(followed, shown);
  const stamps = answers.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  useEffect(() => {
    answers.forEach(({ data }, index) => {
      if (data) market?.told(followed[index]!, [data]);
    });
    // The answers are other objects at every turn; what they say changes with their times.
  }, [market, stamps]);
}

/** Asks for the newest trades of the product that is shown, whenever the socket opens: those before were not sent. */
export function useTail(market: LiveMarket | undefined, product: string): void {
  useEffect(() => {
    if (market === undefined) return;
    const gone = new AbortController();
    const read = (): void => {
      tailOf(product, tailLength, gone.signal).then(
        (trades) => market.told(product, trades),
        // The connection's state is told in the header, and the next opening asks again.
        () => undefined,
      );
    };
    read();
    const leave = market.follow(product, { trades: () => undefined, minute: () => undefined, opened: read });
    return () => {
      gone.abort();
      leave();
    };
  }, [market, product]);
}

const never = (): (() => void) => () => undefined;
const noVersion = (): number => 0;
const pacedMarkets = new WeakMap<LiveMarket, (listener: () => void) => () => void>();

function pacedSubscribe(market: LiveMarket): (listener: () => void) => () => void {
  const known = pacedMarkets.get(market) ?? paced(market.subscribe, paceMs);
  pacedMarkets.set(market, known);
  return known;
}

/** Renders again when something has come over the socket, a few times a second at most. */
export function useLiveVersion(market: LiveMarket | undefined): number {
  return useSyncExternalStore(market === undefined ? never : pacedSubscribe(market), market?.version ?? noVersion);
}
