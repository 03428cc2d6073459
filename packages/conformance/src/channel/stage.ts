import assert from 'node:assert/strict';
import {
  bindFunction,
  channel,
  kibibytes,
  noDeadline,
  problem,
  seconds,
  silentLog,
  socket,
  welcome,
  type Channel,
  type ChannelPort,
  type Consumption,
  type Environment,
  type Opening,
  type Sessions,
} from '@portolan/kernel';
import * as z from 'zod';
import type { Guarantees } from '../harness.ts';
import type { Case } from '../suite/case.ts';
import { anything, within } from '../suite/expect.ts';
import type { ChannelHarness, DialRequest, SocketClient } from './channel-harness.ts';

/** What the channels of the suite push. */
export interface News {
  readonly n: number;
  readonly body?: unknown;
}

/** What clients may send, and what becomes of it: an answer is pushed back, a failure thrown. */
const Said = z.object({ n: z.number(), how: z.enum(['listen', 'answer', 'fail']).default('listen'), text: z.string() });
export type Said = z.infer<typeof Said>;

export const refusalKinds = ['invalid', 'unauthorized', 'forbidden', 'not-found', 'limited', 'unavailable'] as const;

/** How a client of the suite wants to be treated. */
const Query = z.object({
  name: z.string(),
  /** Separated by spaces. */
  groups: z.string().default(''),
  refuse: z.enum([...refusalKinds, 'fault', 'no']).default('no'),
  text: z.string().optional(),
});
export type Query = z.infer<typeof Query>;

export const live = channel('live', {
  message: anything<News>(),
  incoming: Said,
  maxMessageBytes: kibibytes(1),
});
export const quiet = channel('quiet', { message: anything<News>() });

/** A client with the name of its connection. */
export interface Connected {
  readonly client: SocketClient;
  readonly connection: string;
}

/** A channel that is served, with all that its function was called with. */
export interface Bench {
  readonly harness: ChannelHarness;
  readonly channel: Channel<News>;
  readonly serving: Consumption;
  readonly openings: readonly Opening<Query>[];
  readonly said: readonly { readonly connection: string; readonly message: Said }[];
  /** Connections whose end was told. */
  readonly ended: readonly string[];
  /** Connects a client that is let in, with these groups from the start. */
  connect(groups?: readonly string[]): Promise<Connected>;
  /** Asks for a connection. */
  dial(
    query: { readonly [Name in keyof Query]?: string },
    headers?: DialRequest['headers'],
  ): ReturnType<ChannelHarness['dial']>;
}

/** @param options.port - @default `live` */
export function channelCase(
  title: string,
  run: (bench: Bench) => Promise<void>,
  { port = live, needs }: { readonly port?: ChannelPort; readonly needs?: keyof Guarantees } = {},
): Case<ChannelHarness> {
  return {
    title,
    ...(needs === undefined ? {} : { needs }),
    async run(harness) {
      await run(await openBench(harness, port));
    },
  };
}

/** Serves a channel with a function that does as its clients say. */
export async function openBench(harness: ChannelHarness, port: ChannelPort): Promise<Bench> {
  const contract = (await harness.open(port)) as Channel<News>;
  const seen = { openings: [] as Opening<Query>[], said: [] as Bench['said'][number][], ended: [] as string[] };
  const serving = await harness.serve(port, sessionsOf(port, contract, seen, harness));
  let named = 0;
  const nextName = (): string => `client-${++named}`;
  const dial: Bench['dial'] = (query, headers = {}) =>
    harness.dial(port, { query: { name: nextName(), ...query }, headers });
  return {
    harness,
    channel: contract,
    serving,
    ...seen,
    dial,
    async connect(groups = []) {
      const name = nextName();
      const answer = await dial({ name, groups: groups.join(' ') });
      assert.ok(answer.kind === 'open', `${name} was refused: ${JSON.stringify(answer)}`);
      const opening = seen.openings.find(({ query }) => query.name === name);
      assert.ok(opening !== undefined, `${name} is connected, but its function was not asked`);
      return { client: answer.client, connection: opening.connection };
    },
  };
}

function sessionsOf(
  port: ChannelPort,
  contract: Channel<News>,
  seen: { openings: Opening<Query>[]; said: Bench['said'][number][]; ended: string[] },
  harness: ChannelHarness,
): Sessions {
  const fn = socket(
    port,
    { path: '/live', query: Query },
    { live: port.push },
    {
      async connect(opening) {
        seen.openings.push(opening);
        const { refuse, groups } = opening.query;
        if (refuse === 'fault') throw new TypeError('a fault of the function');
        if (refuse !== 'no') return problem(refuse, `told to refuse: ${refuse}`);
        return welcome(groups === '' ? [] : groups.split(' '));
      },
      async message(sent: { connection: string; message: Said }, ports) {
        seen.said.push(sent);
        const { n, how, text } = sent.message;
        if (how === 'fail') throw new Error('told to fail');
        if (how === 'answer') await ports.live.send(sent.connection, { n, body: text });
      },
      async disconnect({ connection }) {
        seen.ended.push(connection);
      },
    },
  );
  return bindFunction(fn, { [port.name]: contract }, environmentOf(harness)).sessions;
}

function environmentOf(harness: Pick<ChannelHarness, 'now'>): Environment {
  let ids = 0;
  return {
    clock: { now: () => harness.now() },
    ids: { next: () => String(++ids).padStart(26, '0') },
    random: { next: () => 0.5 },
    log: silentLog,
    deadline: () => noDeadline,
  };
}

/** What a client got, taken apart. */
export const newsOf = (client: SocketClient): readonly News[] =>
  client.received.map((text) => JSON.parse(text) as News);

export const numbersOf = (client: SocketClient): readonly number[] => newsOf(client).map(({ n }) => n);

/** Waits until exactly these came, in this order. */
export async function got(harness: ChannelHarness, client: SocketClient, numbers: readonly number[]): Promise<void> {
  await within(harness, seconds(10), () => assert.deepEqual(numbersOf(client), numbers), 200);
}

/** Waits until the function was told of the end of a connection. */
export async function ends(bench: Bench, connection: string, limitMs = seconds(30)): Promise<void> {
  await within(
    bench.harness,
    limitMs,
    () => assert.ok(bench.ended.includes(connection), 'its end was not told'),
    seconds(1),
  );
}
