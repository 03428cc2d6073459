import type { Feed } from '../../api/answers.ts';
import type { Tone } from '../../scheduling/states.ts';
import { formatDuration } from '../../time/duration.ts';
import type { IconName } from '../../ui/icon-paths.ts';

/** How a feed is shown: what it is, and how it stands. */
export interface FeedLook {
  readonly name: string;
  readonly state: string;
  readonly icon: IconName;
  readonly tone: Tone;
  /** What more there is to say of the state. */
  readonly detail?: string;
}

/** A feed that lives reports every few seconds; one that has not for this long is not believed, in milliseconds. */
const silentMs = 30_000;

/** Sources with a name of their own; others go by what they call themselves. */
const names: Readonly<Record<string, string>> = { coinbase: 'Coinbase Exchange', binance: 'Binance' };

const states = {
  live: { state: 'live', icon: 'check', tone: 'good' },
  connecting: { state: 'connecting', icon: 'clock', tone: 'info' },
  waiting: { state: 'waiting to connect again', icon: 'pause', tone: 'warn' },
} as const;

/** @param now - The platform's time, milliseconds since 1970. */
export function lookOf({ source, simulated, state, detail, updatedAt }: Feed, now: number): FeedLook {
  const name = simulated ? 'Simulated exchange' : (names[source] ?? source);
  const silence = now - Date.parse(updatedAt);
  if (silence > silentMs) {
    return { name, state: 'not heard of', icon: 'cross', tone: 'bad', detail: `for ${formatDuration(silence)}` };
  }
  return { name, ...states[state], ...(detail === undefined ? {} : { detail }) };
}

/** The feeds that bring a product's trades, those that are live first. */
export const feedsOf = (feeds: readonly Feed[], product: string): readonly Feed[] =>
  feeds
    .filter(({ products }) => products.includes(product))
    .toSorted((a, b) => Number(b.state === 'live') - Number(a.state === 'live'));
