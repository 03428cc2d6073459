import assert from 'node:assert/strict';
import { seconds } from '@portolan/kernel';
import fc from 'fast-check';
import type { ChannelHarness } from '../channel/channel-harness.ts';
import { ends, live, numbersOf, openBench, type Bench, type Connected } from '../channel/stage.ts';
import type { ConformanceRun } from '../harness.ts';
import { within } from '../suite/expect.ts';
import { settingsFor } from './runs.ts';

/** `who` is one of those that were ever let in, ended ones as well. */
type Step =
  | { readonly kind: 'connect'; readonly groups: readonly string[] }
  | { readonly kind: 'join' | 'leave'; readonly who: number; readonly group: string }
  | { readonly kind: 'send' | 'say' | 'end' | 'go'; readonly who: number }
  | { readonly kind: 'publish'; readonly group: string }
  | { readonly kind: 'pass'; readonly ms: number };

/** A connection as it must be. */
interface Account {
  readonly connected: Connected;
  readonly groups: Set<string>;
  /** What may have been on its way to its groups as it connected, which it may get or not. */
  readonly early: readonly number[];
  /** What it must have got, in order; where the client itself has gone, as much of it as came in time. */
  readonly expected: number[];
  state: 'open' | 'ended' | 'gone';
}

const group = fc.constantFrom('a', 'b', 'c');
const who = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('connect' as const), groups: fc.uniqueArray(group, { maxLength: 2 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('join' as const, 'leave' as const), who, group }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('send' as const, 'say' as const), who }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'go' as const), who }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('publish' as const), group }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 1_000) }) },
);

/**
 * Connects, moves between groups, pushes and ends at random, and accounts for every frame at the end.
 *
 * @param settings - @default as the engine allows
 * @throws with the seed, and the shortest steps found, when a client got too much, too little, or in another order.
 */
export async function checkChannel(
  start: ConformanceRun<ChannelHarness>['harness'],
  engine: ConformanceRun['engine'],
  settings: fc.Parameters<unknown> = settingsFor(engine),
): Promise<void> {
  const property = fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), async (planned) => {
    await using harness = await start();
    await new ChannelRun(await openBench(harness, live)).play(planned);
  });
  await fc.assert(property, settings as fc.Parameters<[Step[]]>);
}

class ChannelRun {
  readonly #bench: Bench;
  readonly #accounts: Account[] = [];
  /** What was published since all had come to rest. */
  #onTheirWay: { readonly n: number; readonly group: string }[] = [];
  #n = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
  }

  async play(planned: readonly Step[]): Promise<void> {
    for (const one of planned) {
      if (one.kind === 'connect') await this.#connect(one.groups);
      else if (one.kind === 'publish') await this.#publish(one.group);
      else if (one.kind === 'pass') await this.#pass(one.ms);
      else if (this.#accounts.length > 0) await this.#one(one, this.#accounts[one.who % this.#accounts.length]!);
    }
    await within(this.#bench.harness, seconds(20), () => this.#accounts.forEach(assertGot));
    await this.#bench.harness.pass(seconds(1));
    this.#accounts.forEach(assertGot);
    const over = this.#accounts.filter(({ state }) => state !== 'open').map(({ connected }) => connected.connection);
    assert.deepEqual(new Set(this.#bench.ended), new Set(over), 'ends that were told');
  }

  async #pass(ms: number): Promise<void> {
    await this.#bench.harness.pass(ms);
    this.#onTheirWay = [];
  }

  async #connect(groups: readonly string[]): Promise<void> {
    const early = this.#onTheirWay.flatMap(({ n, group }) => (groups.includes(group) ? n : []));
    const connected = await this.#bench.connect(groups);
    this.#accounts.push({ connected, groups: new Set(groups), early, expected: [], state: 'open' });
  }

  async #publish(group: string): Promise<void> {
    const n = this.#n++;
    this.#onTheirWay.push({ n, group });
    for (const account of this.#accounts) if (account.groups.has(group)) account.expected.push(n);
    await this.#bench.channel.publish(group, { n });
  }

  async #one(step: Extract<Step, { who: number }>, account: Account): Promise<void> {
    const { channel, harness } = this.#bench;
    const { client, connection } = account.connected;
    const isOpen = account.state === 'open';
    const answer = { kind: isOpen ? 'sent' : 'gone' };
    if (step.kind === 'join') {
      assert.deepEqual(await channel.join(connection, step.group), answer, 'join');
      if (isOpen) account.groups.add(step.group);
    } else if (step.kind === 'leave') {
      await channel.leave(connection, step.group);
      account.groups.delete(step.group);
    } else if (step.kind === 'send') {
      const n = this.#n++;
      assert.deepEqual(await channel.send(connection, { n }), answer, 'send');
      if (isOpen) account.expected.push(n);
    } else if (step.kind === 'end') {
      await channel.close(connection);
      await this.#over(account, 'ended');
    } else if (!isOpen) return;
    else if (step.kind === 'go') {
      await client.close();
      await this.#over(account, 'gone');
    } else {
      const n = this.#n++;
      account.expected.push(n);
      await client.send(JSON.stringify({ n, how: 'answer', text: '' }));
      // Only once the answer has come is it settled what comes after it.
      await within(harness, seconds(20), () => assertGot(account));
    }
  }

  async #over(account: Account, state: 'ended' | 'gone'): Promise<void> {
    if (account.state !== 'open') return;
    account.state = state;
    account.groups.clear();
    await ends(this.#bench, account.connected.connection);
  }
}

function assertGot({ connected, early, expected, state }: Account): void {
  const got = numbersOf(connected.client);
  const wanted = [...early.filter((n) => got.includes(n)), ...expected];
  assert.deepEqual(got, state === 'gone' ? wanted.slice(0, got.length) : wanted, connected.connection);
}
