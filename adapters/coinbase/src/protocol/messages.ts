import { describeIssues, parse, type Schema } from '@portolan/kernel';
import * as z from 'zod';
import { productId, time } from './fields.ts';
import { exchangeTrade, type ExchangeTrade } from './trade.ts';

/** What the exchange sends, as far as this feed uses it. */
export type Message =
  | { readonly kind: 'match'; readonly product: string; readonly sequence: number; readonly trade: ExchangeTrade }
  | {
      readonly kind: 'heartbeat';
      readonly product: string;
      readonly sequence: number;
      /** 0 where the exchange does not say: it did not for months on end. */
      readonly lastTradeId: number;
      readonly time: string;
    }
  /** What is subscribed from now on: the products of `matches`. */
  | { readonly kind: 'subscriptions'; readonly products: readonly string[] }
  | { readonly kind: 'error'; readonly reason: string }
  /** Of a type that this feed has no use for; the exchange adds types at any time. */
  | { readonly kind: 'other' }
  /** `what` is one of a few, to count and log by. */
  | { readonly kind: 'malformed'; readonly what: string; readonly problem: string };

const match = exchangeTrade.extend({ product_id: productId, sequence: z.int().nonnegative() });

const heartbeat = z.object({
  product_id: productId,
  sequence: z.int().nonnegative(),
  last_trade_id: z.int().nonnegative(),
  time,
});

const subscriptions = z.object({
  channels: z.array(z.object({ name: z.string(), product_ids: z.array(z.string()).nullish() })),
});

const failure = z.object({ message: z.string().optional(), reason: z.string().optional() });

/**
 * Reads one frame. Whatever it holds, this does not throw.
 *
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/channels
 * @see https://docs.cdp.coinbase.com/exchange/websocket-feed/errors
 */
export function readMessage(text: string): Message {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return malformed('JSON', 'no JSON');
  }
  const type = typeof json === 'object' && json !== null && 'type' in json ? json.type : undefined;
  switch (type) {
    // The last match is the newest trade before the subscription, sent once after its answer.
    case 'match':
    case 'last_match':
      return read('match', match, json, ({ product_id: product, sequence, ...trade }) => ({
        kind: 'match',
        product,
        sequence,
        trade,
      }));
    case 'heartbeat':
      return read('heartbeat', heartbeat, json, (beat) => ({
        kind: 'heartbeat',
        product: beat.product_id,
        sequence: beat.sequence,
        lastTradeId: beat.last_trade_id,
        time: beat.time,
      }));
    case 'subscriptions':
      return read('subscriptions', subscriptions, json, ({ channels }) => ({
        kind: 'subscriptions',
        products: channels.find(({ name }) => name === 'matches')?.product_ids ?? [],
      }));
    case 'error':
      return read('error', failure, json, ({ message, reason }) => ({
        kind: 'error',
        reason: [message, reason]
          .filter((part) => part !== undefined)
          .join(': ')
          .slice(0, 300),
      }));
    default:
      return typeof type === 'string' ? { kind: 'other' } : malformed('message', 'no type');
  }
}

function read<T>(what: string, schema: Schema<T>, json: unknown, make: (value: T) => Message): Message {
  const parsed = parse(schema, json);
  return parsed.kind === 'valid' ? make(parsed.value) : malformed(what, describeIssues(parsed.issues).slice(0, 300));
}

const malformed = (what: string, problem: string): Message => ({ kind: 'malformed', what, problem });
