import assert from 'node:assert/strict';
import { kibibytes, topic, type ContractOf, type TopicFilter } from '@portolan/kernel';
import type { Harness } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { anything, within } from '../suite/expect.ts';
import { Inbox, type Answer } from '../suite/inbox.ts';

/** What the topics of the suite carry. */
export interface News {
  readonly n: number;
  readonly type?: string;
  readonly region?: string;
  readonly body?: unknown;
}

export const news = topic('news', { event: anything<News>(), filterable: ['type', 'region'] });
export const smallNews = topic('small-news', { event: anything<News>(), maxEventBytes: kibibytes(1) });

export interface Bench {
  readonly topic: ContractOf<typeof news>;
  readonly harness: Harness;
  /** Starts to consume as the subscription of that name. */
  subscribe(
    subscription: string,
    options?: { readonly filter?: TopicFilter; readonly answer?: Answer<News> },
  ): Promise<Subscriber>;
}

export interface Subscriber {
  readonly inbox: Inbox<News>;
  stop(): Promise<void>;
}

export function topicCase(title: string, run: (bench: Bench) => Promise<void>): Case {
  return {
    title,
    async run(harness) {
      const subscribe: Bench['subscribe'] = async (subscription, { filter = {}, answer } = {}) => {
        const inbox = new Inbox<News>(harness, answer);
        const { stop } = await harness.consume(news, inbox.consumer, { subscription, filter });
        return { inbox, stop };
      };
      await run({ topic: await harness.open(news), harness, subscribe });
    },
  };
}

/** Waits until exactly these events came, in any order, each once. */
export async function got(
  harness: Harness,
  { inbox }: Subscriber,
  ns: readonly number[],
  limitMs = 2_000,
): Promise<void> {
  await within(harness, limitMs, () => {
    const came = inbox.messages.map(({ n }) => n).sort((a, b) => a - b);
    assert.deepEqual(
      came,
      ns.toSorted((a, b) => a - b),
    );
  });
}
