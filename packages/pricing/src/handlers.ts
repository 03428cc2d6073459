import {
  created,
  firstOf,
  from,
  listed,
  ok,
  accepted,
  problem,
  seconds,
  type Context,
  type Granted,
  type OperationHandlers,
} from '@portolan/kernel';
import type { operations, ProductView } from './api.ts';
import { History, type Known } from './archive/history.ts';
import { sumOver, type Span } from './archive/walk.ts';
import { averageOf, vwapOf } from './candle.ts';
import { formatDecimal } from './decimal.ts';
import { feedMarks } from './feed-marks.ts';
import { startOf, widthOf } from './interval.ts';
import { claims, feeds, live, marks, products, rebuilds, summaries, archive, tickers, trades } from './ports.ts';
import { scaleOf } from './product.ts';
import type { StoredFeed, StoredProduct, Ticker } from './ports.ts';
import type { PricingSettings } from './settings.ts';
import { latestTrade, newTicker } from './ticker.ts';
import { formatTime } from './time.ts';
import { sequenceOf, type TradeKey } from './trade.ts';
import { acceptTrades } from './use-cases/accept-trades.ts';
import { findGaps, type GapPlace } from './use-cases/find-gaps.ts';
import { forgetSource } from './use-cases/forget-source.ts';
import { listCandles } from './use-cases/list-candles.ts';
import { listTrades } from './use-cases/list-trades.ts';
import { putFeed } from './use-cases/put-feed.ts';
import { putProduct } from './use-cases/put-product.ts';
import { isoOf, viewFeed, viewGap, viewTrade } from './view.ts';

export const apiGrants = {
  products: products.readWrite,
  tickers: tickers.readWrite,
  trades: trades.readWrite,
  claims: claims.readWrite,
  summaries: summaries.read,
  marks: marks.readWrite,
  feeds: feeds.readWrite,
  archive: archive.read,
  rebuilds: rebuilds.send,
  live: live.push,
};
type Ports = Granted<typeof apiGrants>;

/** What a source says of its newest trade counts as missing only once that trade has had time to arrive. */
const arrivalMs = seconds(15);

/** What each operation does: a use case called, its outcome shown. */
export const handlersFor = (settings: PricingSettings): OperationHandlers<typeof operations, typeof apiGrants> => ({
  async listProducts({ query }, ports) {
    const { limit, cursor } = query;
    const page = await ports.products.query({ partition: 'all', limit, ...from(cursor) });
    const items = page.items.map(({ item: { id, priceIncrement, sizeIncrement, createdAt } }) => ({
      id,
      priceIncrement,
      sizeIncrement,
      createdAt: isoOf(createdAt),
    }));
    return ok(listed('products', items, page.cursor));
  },

  async putProduct({ params, body }, ports, context) {
    const outcome = await putProduct({ id: params.id, ...body }, ports, context);
    if (outcome.kind === 'too-fine') {
      const { priceIncrement, sizeIncrement } = outcome.increments;
      return problem(
        'conflict',
        `Product ${params.id} would have increments ${priceIncrement} (price) and ${sizeIncrement} (size), and has a trade ` +
          'whose price or size is 2^53 units or more of their last decimal.',
      );
    }
    const view = await viewProduct(outcome.product, ports);
    return outcome.kind === 'created' ? created(view, `/products/${params.id}`) : ok(view);
  },

  async getProduct({ params }, ports) {
    const product = await productOf(params.id, ports);
    return product === undefined ? unknownProduct(params.id) : ok(await viewProduct(product, ports));
  },

  async postTrades({ body }, ports, context) {
    return ok({ results: [...(await acceptTrades(body.trades, ports, context, settings))] });
  },

  async listTrades({ params, query }, ports, context) {
    const found = await historyOf(params.id, ports);
    if (found === undefined) return unknownProduct(params.id);
    const after = query.cursor === undefined ? undefined : readTradeCursor(query.cursor);
    if (query.cursor !== undefined && after === undefined) return wrongCursor;
    const span = spanOf(query, found.history.known, context);
    const wrong = faultOf(span);
    if (wrong !== undefined) return wrong;
    const page = await listTrades(found.history, span, query.limit, after);
    const shown = page.trades.map((trade) => viewTrade(params.id, trade, found.scale));
    return ok(listed('trades', shown, page.more ? writeTradeCursor(page.trades.at(-1)!) : undefined));
  },

  async listCandles({ params, query }, ports, context) {
    const found = await historyOf(params.id, ports);
    if (found === undefined) return unknownProduct(params.id);
    const { interval, fill, limit } = query;
    const width = widthOf(interval);
    const to = query.to ?? startOf(interval, context.clock.now() * 1_000) + width;
    const asked = { from: query.from ?? Math.max(0, to - limit * width), to };
    const wrong = faultOf(asked);
    if (wrong !== undefined) return wrong;
    const begin = query.cursor === undefined ? startOf(interval, asked.from) : Number(query.cursor);
    const last = startOf(interval, asked.to - 1) + width;
    if (!(begin % width === 0 && begin >= startOf(interval, asked.from) && begin < last)) return wrongCursor;
    const end = Math.min(last, begin + limit * width);
    const marks = feedMarks(await feedsOf(ports), params.id);
    const candles = await listCandles(found.history, { from: begin, to: end, interval, fill }, found.scale, marks);
    return ok(listed('candles', candles, end < last ? String(end) : undefined));
  },

  async getAverage({ params, query }, ports, context) {
    const found = await historyOf(params.id, ports);
    if (found === undefined) return unknownProduct(params.id);
    const span = spanOf(query, found.history.known, context);
    const wrong = faultOf(span);
    if (wrong !== undefined) return wrong;
    const sum = await sumOver(found.history, span);
    const { scale } = found;
    return ok({
      from: formatTime(span.from),
      to: formatTime(span.to),
      average: sum === undefined ? null : averageOf(sum, scale),
      vwap: sum === undefined ? null : vwapOf(sum, scale),
      volume: sum === undefined ? '0' : formatDecimal(sum.volume, scale.sizeDecimals),
      count: sum?.count ?? 0,
    });
  },

  async getLatest({ params }, ports) {
    const product = await productOf(params.id, ports);
    if (product === undefined) return unknownProduct(params.id);
    const scale = scaleOf(product);
    const ticker = await ports.tickers.get({ product: params.id });
    const latest = ticker && latestTrade(ticker.item, scale);
    if (latest === undefined) return problem('not-found', `Product ${params.id} has no trades yet.`);
    return ok(viewTrade(params.id, latest, scale));
  },

  async listGaps({ params, query }, ports, context) {
    const found = await historyOf(params.id, ports);
    if (found === undefined) return unknownProduct(params.id);
    const span = spanOf(query, found.history.known, context);
    const wrong = faultOf(span);
    if (wrong !== undefined) return wrong;
    const behind = query.cursor === undefined ? undefined : readGapCursor(query.cursor);
    if (query.cursor !== undefined && behind === undefined) return wrongCursor;
    const said = feedMarks(await feedsOf(ports), params.id, (context.clock.now() - arrivalMs) * 1_000);
    const marksWithin = said.filter(({ time }) => query.to === undefined || time < query.to);
    const { source, order, limit } = query;
    const question = { ...span, source, order, behind, limit };
    const page = await findGaps(found.history, question, marksWithin);
    return ok(listed('gaps', page.gaps.map(viewGap), page.more ? writeGapCursor(page.gaps.at(-1)!) : undefined));
  },

  async forgetSource({ params }, ports) {
    const product = await forgetSource(params.id, params.source, ports);
    return product === undefined ? unknownProduct(params.id) : ok(await viewProduct(product, ports));
  },

  async archiveProduct({ params }, ports) {
    const product = await productOf(params.id, ports);
    if (product === undefined) return unknownProduct(params.id);
    await ports.rebuilds.send({ product: params.id });
    return accepted(await viewProduct(product, ports));
  },

  async listFeeds(_input, ports) {
    return ok({ feeds: (await feedsOf(ports)).map(viewFeed) });
  },

  async putFeed({ params, body }, ports, context) {
    return ok(viewFeed(await putFeed(params.source, body, ports, context, settings)));
  },
});

const unknownProduct = (id: string) => problem('not-found', `Product ${id} is not known; PUT it first.`);

async function productOf(id: string, { products }: Pick<Ports, 'products'>): Promise<StoredProduct | undefined> {
  return (await products.get({ list: 'all', id }))?.item;
}

async function historyOf(id: string, ports: Ports) {
  const [product, ticker] = await Promise.all([productOf(id, ports), ports.tickers.get({ product: id })]);
  if (product === undefined) return undefined;
  const scale = scaleOf(product);
  return { scale, history: new History(id, scale, ports, knownOf(product, ticker?.item ?? newTicker(id))) };
}

/**
 * When the first and the last trade known were, microseconds; nothing lies between where there is none. A ticker may name
 * sources that were forgotten, as whoever archives tells it of old trades; and may not have heard yet of others.
 */
const knownOf = ({ sources = [] }: StoredProduct, { earliest, latest }: Ticker): Known => ({
  earliest: earliest ?? Infinity,
  latest: latest?.time ?? -1,
  sources,
});

/** The span asked for; without bounds, all that is known on that side. */
function spanOf(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  known: Known,
  { clock }: Context,
): Span {
  return {
    from: from ?? (known.earliest === Infinity ? 0 : known.earliest),
    to: to ?? Math.max(clock.now() * 1_000, known.latest + 1),
  };
}

function faultOf({ from, to }: Span) {
  if (from < to) return undefined;
  return problem('invalid', `query.from: must be before \`to\`, ${formatTime(to)}`);
}

async function feedsOf({ feeds }: Pick<Ports, 'feeds'>): Promise<readonly StoredFeed[]> {
  const page = { partition: 'all', limit: 1_000 } as const;
  return (await firstOf(1_000, (from) => feeds.query({ ...page, ...from }))).map(({ item }) => item);
}

async function viewProduct(product: StoredProduct, ports: Pick<Ports, 'tickers' | 'marks'>): Promise<ProductView> {
  const [ticker, open] = await Promise.all([
    ports.tickers.get({ product: product.id }),
    firstOf(1_000, (from) => ports.marks.query({ partition: product.id, limit: 1_000, ...from })),
  ]);
  const { id, priceIncrement, sizeIncrement, createdAt, sources = [] } = product;
  const watermark = ticker?.item.watermark ?? 0;
  return {
    id,
    priceIncrement,
    sizeIncrement,
    createdAt: isoOf(createdAt),
    archivedUntil: watermark === 0 ? null : formatTime(watermark),
    openIntervals: open.length,
    sources: [...sources],
  };
}

const wrongCursor = problem('invalid', 'query.cursor: not one of this list');

const writeGapCursor = ({ after, source, first }: GapPlace): string => `${after}~${source}~${first}`;

function readGapCursor(cursor: string): GapPlace | undefined {
  const [after, source, first] = cursor.split('~');
  const place = { after: Number(after), source: source ?? '', first: Number(first) };
  return Number.isSafeInteger(place.after) && Number.isSafeInteger(place.first) ? place : undefined;
}

const writeTradeCursor = ({ time, source, id }: TradeKey): string => `${time}~${source}~${id}`;

function readTradeCursor(cursor: string): TradeKey | undefined {
  const [time, source, id] = cursor.split('~');
  if (source === undefined || id === undefined || !Number.isSafeInteger(Number(time))) return undefined;
  return { time: Number(time), source, id, sequence: sequenceOf(id) };
}
