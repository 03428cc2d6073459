import { mebibytes, operation } from '@portolan/kernel';
import * as z from 'zod';
import { fillPolicies } from './candle.ts';
import { candleIntervals } from './interval.ts';
import { productId, productSchema } from './product.ts';
import { parseTime } from './time.ts';

const reportedTime = z
  .string()
  .refine(
    (text) => parseTime(text) !== undefined,
    'must be an instant of the years 1970 to 2200 such as 2026-01-31T23:59:59.123456Z',
  );

/** In microseconds, once it is read. */
const instant = reportedTime
  .transform((text) => parseTime(text)!)
  .describe('ISO 8601 with up to six digits of a fraction; `from` is included, `to` is not');

const cursor = z.string().max(500).optional().describe('From the page before');
const lastCursor = z.string().optional().describe('Absent on the last page');
const limitOf = (max: number, usual: number) =>
  z.coerce
    .number(`expected a whole number, 1 to ${max}`)
    .int()
    .min(1)
    .max(max)
    .default(usual)
    .describe(`Items of a page, 1 to ${max}`);

const decimal = z.string().describe('A plain decimal');
const time = z.string().describe('ISO 8601 in UTC, microseconds');
const ProductParams = z.object({ id: productId });
const sourceName = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be 1 to 40 of a-z, 0-9 and "-"');

const TradeView = z.object({
  product: z.string(),
  id: z.string(),
  time,
  price: decimal,
  size: decimal,
  side: z.enum(['buy', 'sell']).describe("The taker's"),
  source: z.string(),
  count: z.number().optional().describe('Exchange trades that it stands for, where it is more than one'),
});
export type TradeView = z.infer<typeof TradeView>;

const CandleView = z.object({
  start: time,
  open: decimal.nullable(),
  high: decimal.nullable(),
  low: decimal.nullable(),
  close: decimal.nullable(),
  volume: decimal,
  vwap: decimal.nullable().describe('Average price by size'),
  average: decimal.nullable().describe('Plain mean of the prices'),
  count: z.number(),
  complete: z.boolean().describe('Whether it is proven that no trade of the interval is missing'),
});
export type CandleView = z.infer<typeof CandleView>;

const ProductView = productSchema.extend({
  createdAt: z.string(),
  archivedUntil: time.nullable().describe('Intervals that end by then are written to the archive, or marked to be'),
  openIntervals: z.number().describe('Intervals that wait to be written, at most 1,000'),
  sources: z.array(z.string()).describe('Where its trades come from'),
});
export type ProductView = z.infer<typeof ProductView>;

const TradeResultView = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted') }),
  z.object({ status: z.literal('duplicate') }),
  z.object({ status: z.literal('rejected'), reason: z.string(), field: z.string().optional() }),
]);

const FeedBody = z.strictObject({
  state: z.enum(['live', 'connecting', 'waiting']),
  endpoint: z.string().max(500),
  simulated: z.boolean(),
  products: z.array(productId).max(1_000),
  detail: z.string().max(500).optional(),
  marks: z
    .array(z.strictObject({ product: productId, lastId: z.string().max(64), time: reportedTime }))
    .max(1_000)
    .default([]),
});

const FeedView = FeedBody.extend({ source: z.string(), updatedAt: z.string() });
export type FeedView = z.infer<typeof FeedView>;

const GapView = z.object({
  source: z.string(),
  first: z.string().describe('The first id that is missing'),
  last: z.string(),
  missing: z.number(),
  after: time.describe('Of the nearest trade known before'),
  before: time.describe('Of the nearest trade known behind'),
});

/** The operations of `/pricing/v1`. */
export const operations = {
  listProducts: operation({
    method: 'GET',
    path: '/products',
    summary: 'List products by id',
    query: z.strictObject({ limit: limitOf(1_000, 100), cursor }),
    replies: {
      ok: z.object({ products: z.array(productSchema.extend({ createdAt: z.string() })), cursor: lastCursor }),
    },
  }),
  putProduct: operation({
    method: 'PUT',
    path: '/products/{id}',
    summary: 'Make a product known, or refine its increments',
    description:
      'The product then has increments at least as fine as asked, and the reply shows them. Finer ones are kept; of others, the coarsest that ' +
      'both those known and those asked for are multiples of are taken: 0.25 and 0.1 make 0.05. So they never become coarser, and every price ' +
      'known stays a multiple. They become as fine as the largest price and size of a trade allow, which have to be less than 2^53 units of ' +
      'the last decimal: what is finer is a conflict, and changes nothing.',
    params: ProductParams,
    body: productSchema.omit({ id: true }),
    replies: { ok: ProductView, created: ProductView },
    problems: ['conflict'],
  }),
  getProduct: operation({
    method: 'GET',
    path: '/products/{id}',
    summary: 'Get a product',
    params: ProductParams,
    replies: { ok: ProductView },
    problems: ['not-found'],
  }),
  postTrades: operation({
    method: 'POST',
    path: '/trades',
    summary: 'Hand in up to 5,000 trades',
    description:
      'Each trade stands alone: one that is rejected spoils no other. Results come in the order of the trades. ' +
      'A trade is known by source, product and id: handing it in again is a `duplicate`, however often and in whatever order. The first ' +
      'report counts: one that has its id in another minute, or covers ids of another trade, contradicts it and is `rejected`. A product has at most 32 sources at a time: ' +
      'one that sends no more can be forgotten.',
    body: z.strictObject({ trades: z.array(z.unknown()).min(1).max(5_000) }),
    replies: { ok: z.object({ results: z.array(TradeResultView) }) },
    maxBodyBytes: mebibytes(4),
  }),
  listTrades: operation({
    method: 'GET',
    path: '/products/{id}/trades',
    summary: 'List trades by time',
    description: 'From the table and the archive as one: each trade once, the oldest first.',
    params: ProductParams,
    query: z.strictObject({ from: instant.optional(), to: instant.optional(), limit: limitOf(5_000, 1_000), cursor }),
    replies: { ok: z.object({ trades: z.array(TradeView), cursor: lastCursor }) },
    problems: ['not-found'],
  }),
  listCandles: operation({
    method: 'GET',
    path: '/products/{id}/candles',
    summary: 'List candles',
    description:
      'Intervals are aligned to UTC. Without `from` and `to`, the latest. `fill` says what stands for an interval without trades: nothing, ' +
      'nulls, or the close before it.',
    params: ProductParams,
    query: z.strictObject({
      from: instant.optional(),
      to: instant.optional(),
      interval: z.enum(candleIntervals).default('1m'),
      fill: z.enum(fillPolicies).default('omit'),
      limit: limitOf(5_000, 1_500),
      cursor,
    }),
    replies: { ok: z.object({ candles: z.array(CandleView), cursor: lastCursor }) },
    problems: ['not-found'],
  }),
  getAverage: operation({
    method: 'GET',
    path: '/products/{id}/average',
    summary: 'Average prices over any span',
    description: 'Exact to the microsecond at both ends. Without `from` or `to`, all there is on that side.',
    params: ProductParams,
    query: z.strictObject({ from: instant.optional(), to: instant.optional() }),
    replies: {
      ok: z.object({
        from: time,
        to: time,
        average: decimal.nullable().describe('Plain mean of the prices; null without trades'),
        vwap: decimal.nullable(),
        volume: decimal,
        count: z.number(),
      }),
    },
    problems: ['not-found'],
  }),
  getLatest: operation({
    method: 'GET',
    path: '/products/{id}/latest',
    summary: 'Get the newest trade',
    params: ProductParams,
    replies: { ok: TradeView },
    problems: ['not-found'],
  }),
  listGaps: operation({
    method: 'GET',
    path: '/products/{id}/gaps',
    summary: 'List trades that are missing for sure',
    description:
      'Ranges of ids between trades that are known, in the order of the trades before them. Only sources whose ids are integers can prove any.',
    params: ProductParams,
    query: z.strictObject({
      from: instant.optional(),
      to: instant.optional(),
      source: sourceName.optional().describe('Only gaps of this source'),
      order: z.enum(['oldest', 'newest']).default('oldest').describe('Which come first'),
      limit: limitOf(1_000, 1_000),
      cursor,
    }),
    replies: { ok: z.object({ gaps: z.array(GapView), cursor: lastCursor }) },
    problems: ['not-found'],
  }),
  forgetSource: operation({
    method: 'DELETE',
    path: '/products/{id}/sources/{source}',
    summary: 'Forget a source of a product',
    description:
      'It makes room for another. Its trades stay, and count as before; its gaps are listed no more, and only intervals with its trades ask it for ' +
      'proof that they are complete. If it sends trades of the product again, it is a source again, with all that is known of it.',
    params: z.object({ id: productId, source: sourceName }),
    replies: { ok: ProductView },
    problems: ['not-found'],
  }),
  archiveProduct: operation({
    method: 'POST',
    path: '/products/{id}/archive',
    summary: 'Write closed intervals to the archive now',
    description: 'It is done every minute anyway; this is for the end of an import.',
    params: ProductParams,
    replies: { accepted: ProductView },
    problems: ['not-found'],
  }),
  listFeeds: operation({
    method: 'GET',
    path: '/feeds',
    summary: 'List feeds, as they last reported',
    replies: { ok: z.object({ feeds: z.array(FeedView) }) },
  }),
  putFeed: operation({
    method: 'PUT',
    path: '/feeds/{source}',
    summary: 'Report how a feed stands',
    params: z.object({ source: sourceName }),
    body: FeedBody,
    replies: { ok: FeedView },
  }),
};
