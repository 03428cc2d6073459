import { startCoinbaseFeed, type CoinbaseEndpoints } from '@portolan/coinbase';
import { startExchangeSimulator } from '@portolan/coinbase/simulator';
import { reasonOf, type Environment } from '@portolan/kernel';
import type { TradeIntake } from '@portolan/pricing';

/** Which exchange prices come from. */
export type MarketSettings =
  | { readonly kind: 'off' }
  /** Made-up prices, by an exchange in this process. */
  | { readonly kind: 'simulator'; readonly products: readonly string[] }
  | { readonly kind: 'coinbase'; readonly endpoints: CoinbaseEndpoints; readonly products: readonly string[] };

export interface MarketFeed {
  /** Where prices come from, in a few words for people. */
  readonly description: string;
  stop(): Promise<void>;
}

/**
 * Made-up trades of each product that are caught up with, five and a half hours: enough for a chart, and fetched in a minute
 * however long nobody looked.
 */
const simulatedBackfill = 100_000;

/**
 * Follows an exchange. Its trades go through the intake, those included that this process missed while it was down, as far back
 * as the feed goes.
 */
export async function startMarketFeed(
  settings: MarketSettings,
  intake: TradeIntake,
  { log, random }: Pick<Environment, 'log' | 'random'>,
): Promise<MarketFeed> {
  if (settings.kind === 'off') return { description: 'no feed; only what is handed in', async stop() {} };
  const { products } = settings;
  if (settings.kind === 'coinbase') {
    const feed = startCoinbaseFeed({ products, intake, endpoints: settings.endpoints, log, random });
    return {
      description: `Coinbase Exchange at ${new URL(settings.endpoints.websocket).host}`,
      stop: () => feed.stop(),
    };
  }
  // The same seed at every start: what it traded while this process was down is then there to be fetched.
  const simulator = await startExchangeSimulator({ seed: 1 });
  const feed = startCoinbaseFeed({
    products,
    intake,
    endpoints: { websocket: simulator.websocketUrl, rest: simulator.restUrl },
    simulated: true,
    source: 'simulator',
    backfillTrades: simulatedBackfill,
    log,
    random,
  });
  return {
    description: 'a simulated exchange; set PORTOLAN_COINBASE_URL for a real one',
    async stop() {
      await feed.stop();
      await simulator
        .stop()
        .catch((error: unknown) => log.warn('the simulator did not stop', { reason: reasonOf(error) }));
    },
  };
}
