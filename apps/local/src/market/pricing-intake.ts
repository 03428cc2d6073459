import {
  PortError,
  type BoundFunction,
  type ErrorCode,
  type OperationCall,
  type Problem,
  type ProblemKind,
} from '@portolan/kernel';
import type { Gap, TradeIntake, TradeResult } from '@portolan/pricing';

/** Hands trades to the pricing service of this process, by the operations that clients call over HTTP. */
export function pricingIntake(api: Pick<BoundFunction, 'call'>): TradeIntake {
  const ask = async <Body>(operation: string, call: OperationCall): Promise<Body> => {
    const reply = await api.call(operation, call);
    if (reply.kind === 'problem') throw refused(operation, reply);
    return reply.body as Body;
  };
  return {
    async addProduct({ id, priceIncrement, sizeIncrement }) {
      await ask('putProduct', { params: { id }, body: { priceIncrement, sizeIncrement } });
    },
    async accept(trades) {
      const { results } = await ask<{ readonly results: readonly TradeResult[] }>('postTrades', { body: { trades } });
      return results;
    },
    async report(source, feed) {
      await ask('putFeed', { params: { source }, body: feed });
    },
    async gaps(product, source) {
      const query = { order: 'newest', ...(source === undefined ? {} : { source }) };
      const { gaps } = await ask<{ readonly gaps: readonly Gap[] }>('listGaps', { params: { id: product }, query });
      return gaps;
    },
  };
}

/** As an intake over HTTP reads the statuses of the same problems. */
const codes: Readonly<Record<ProblemKind, ErrorCode>> = {
  invalid: 'invalid',
  unauthorized: 'unauthorized',
  forbidden: 'unauthorized',
  'not-found': 'not-found',
  conflict: 'invalid',
  gone: 'not-found',
  'too-large': 'too-large',
  limited: 'throttled',
  unavailable: 'unavailable',
};

const refused = (operation: string, { problem, detail }: Problem): PortError =>
  new PortError(codes[problem], `${operation}: ${detail}`);
