import { useQueries, useQuery } from '@tanstack/react-query';
import type { Feed, Trade } from '../api/answers.ts';
import { call } from '../api/client.ts';
import { connection, pollMs } from '../api/connection.ts';
import { ApiProblem } from '../api/problem.ts';
import type { CandleSource } from './candles/candle-series.ts';
import { readTail } from './live/read-tail.ts';

/** Milliseconds between polls, by how fast what they show moves; prices come over the socket, and are asked for to be sure. */
const usualMs = {
  products: 10_000,
  feeds: 5_000,
  gaps: 10_000,
  someGaps: 4_000,
  latest: 3_000,
  others: 20_000,
} as const;

const every = (ms: number) => () => pollMs(ms, connection.get(), Date.now());

export const useProducts = () =>
  useQuery({
    queryKey: ['products'],
    queryFn: ({ signal }) => call('listProducts', { query: { limit: 1_000 } }, signal),
    refetchInterval: every(usualMs.products),
  });

export const feedsKey = ['feeds'] as const;

export const useFeeds = () =>
  useQuery({
    queryKey: feedsKey,
    queryFn: ({ signal }) => call('listFeeds', {}, signal),
    refetchInterval: every(usualMs.feeds),
  });

/** The feeds that are known, with the latest word of one of them. */
export function withFeed(known: { readonly feeds: readonly Feed[] } | undefined, feed: Feed) {
  const others = known?.feeds.filter(({ source }) => source !== feed.source) ?? [];
  return { feeds: [...others, feed].toSorted((a, b) => (a.source < b.source ? -1 : 1)) };
}

export const useGaps = (product: string) =>
  useQuery({
    queryKey: ['gaps', product],
    queryFn: ({ signal }) => call('listGaps', { params: { id: product }, query: { order: 'newest' } }, signal),
    refetchInterval: ({ state }) => every(state.data?.gaps.length ? usualMs.someGaps : usualMs.gaps)(),
  });

/** The newest trades of products as the service tells them; `null` where a product has none. */
export const useLatest = (products: readonly string[], shown: string | undefined) =>
  useQueries({
    queries: products.map((product) => ({
      queryKey: ['latest', product],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => latestOf(product, signal),
      refetchInterval: every(product === shown ? usualMs.latest : usualMs.others),
    })),
  });

async function latestOf(product: string, signal?: AbortSignal): Promise<Trade | null> {
  return call('getLatest', { params: { id: product } }, signal).catch((error: unknown) => {
    if (error instanceof ApiProblem && error.details.status === 404) return null;
    throw error;
  });
}

const iso = (at: number): string => new Date(at).toISOString();

/** Where the candles of a product are read. */
export const candleSource = (product: string, signal: AbortSignal): CandleSource => ({
  async candles(interval, { from, to }) {
    const query = { interval, from: iso(from), to: iso(to), limit: 5_000 };
    return (await call('listCandles', { params: { id: product }, query }, signal)).candles;
  },
  async extent() {
    const [latest, first] = await Promise.all([
      latestOf(product, signal),
      call('listTrades', { params: { id: product }, query: { limit: 1 } }, signal),
    ]);
    const [oldest] = first.trades;
    if (latest === null || oldest === undefined) return undefined;
    return { earliest: Date.parse(oldest.time), latest: Date.parse(latest.time) };
  },
});

/** The newest trades of a product, at least so many where there are. In order of time. */
export async function tailOf(product: string, wanted: number, signal: AbortSignal): Promise<readonly Trade[]> {
  const latest = await latestOf(product, signal);
  if (latest === null) return [];
  return readTail(latest, wanted, (from, cursor) =>
    call('listTrades', { params: { id: product }, query: { from, limit: 5_000, cursor } }, signal),
  );
}
