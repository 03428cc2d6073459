import type { HeldSockets } from '@portolan/http/sockets';
import {
  checkGroup,
  checkGroupCount,
  encodePush,
  PortError,
  type Channel,
  type ChannelPort,
  type Consumption,
  type Environment,
  type PushOptions,
  type PushResult,
  type Sessions,
  type SocketSource,
} from '@portolan/kernel';
import { portErrorOf } from '../errors/port-error-of.ts';
import type { Command } from './fan-message.ts';
import type { FanOut } from './fan-out.ts';
import type { InstanceSubscription } from './instance-subscription.ts';
import { instanceOf, type Presence } from './presence.ts';
import type { FindSockets } from './run-sockets.ts';
import { ServedSockets } from './served-sockets.ts';

/** What a channel is built on. */
export interface RunChannelParts {
  /** This instance's name, and the beginning of the names of its connections: 1 to 60 of 0-9 and a-z. */
  readonly self: string;
  readonly environment: Environment;
  readonly fan: FanOut;
  readonly presence: Presence;
  readonly subscription: () => InstanceSubscription;
  readonly findSockets: FindSockets;
  readonly heartbeatMs?: number;
  /** Waits until another instance has done what it was told. */
  readonly wait: (ms: number) => Promise<void>;
}

const sent: PushResult = { kind: 'sent' };
const gone: PushResult = { kind: 'gone' };
/** Looks at what another instance has done of what it was told, with waits of 20 ms doubling up to 250: some 10 s. */
const maxLooks = 42;
const longestWaitMs = 250;

/**
 * A channel whose sockets end in the instances of a service. What is for sockets of this instance goes straight to them;
 * other instances are told. Where nothing is served here, it only tells.
 */
export class RunChannel implements Channel, SocketSource {
  readonly #port: ChannelPort;
  readonly #parts: RunChannelParts;
  #served: ServedSockets | undefined;

  constructor(port: ChannelPort, parts: RunChannelParts) {
    this.#port = port;
    this.#parts = parts;
  }

  async send(connection: string, message: unknown, options: PushOptions = {}): Promise<PushResult> {
    const text = encodePush(this.#port, message, options);
    if (this.#isOwn(connection)) return this.#own?.sendText(connection, text, options.key) ?? gone;
    return this.#told('send', async () => {
      if ((await this.#parts.presence.groupsOf(connection)) === undefined) return gone;
      await this.#tell(connection, { kind: 'send', connection, text, ...keyOf(options) });
      return sent;
    });
  }

  async publish(group: string, message: unknown, options: PushOptions = {}): Promise<void> {
    checkGroup(group);
    const text = encodePush(this.#port, message, options);
    this.#own?.publishText(group, text, options.key);
    await this.#told('publish', () =>
      this.#parts.fan.tell(undefined, { kind: 'publish', group, text, ...keyOf(options) }),
    );
  }

  async join(connection: string, group: string): Promise<PushResult> {
    checkGroup(group);
    const { presence } = this.#parts;
    return this.#told('join', async () => {
      if (this.#isOwn(connection)) {
        const joined = (await this.#own?.join(connection, group)) ?? gone;
        if (joined.kind === 'sent') await presence.regroup(connection, (groups) => groups.add(group));
        return joined;
      }
      const groups = await presence.groupsOf(connection);
      if (groups === undefined) return gone;
      if (groups.includes(group)) return sent;
      checkGroupCount(groups.length + 1);
      await this.#tell(connection, { kind: 'join', connection, group });
      return (await this.#until(connection, (now) => now.includes(group))) ? sent : gone;
    });
  }

  async leave(connection: string, group: string): Promise<void> {
    checkGroup(group);
    const { presence } = this.#parts;
    await this.#told('leave', async () => {
      if (this.#isOwn(connection)) {
        await this.#own?.leave(connection, group);
        return presence.regroup(connection, (groups) => groups.delete(group));
      }
      const groups = await presence.groupsOf(connection);
      if (groups === undefined || !groups.includes(group)) return;
      await this.#tell(connection, { kind: 'leave', connection, group });
      await this.#until(connection, (now) => !now.includes(group));
    });
  }

  async close(connection: string): Promise<void> {
    if (this.#isOwn(connection)) return this.#own?.close(connection);
    const { presence } = this.#parts;
    await this.#told('close', async () => {
      if ((await presence.groupsOf(connection)) === undefined) return;
      await this.#tell(connection, { kind: 'close', connection });
      // Gone at once for whoever asks, however long its instance may take.
      await presence.leave(connection);
    });
  }

  /** @throws {PortError} `unsupported` where no sockets can end; `invalid` where it is served already. */
  async serve(sessions: Sessions, { path }: { readonly path: string }): Promise<Consumption> {
    if (this.#served !== undefined)
      throw new PortError('invalid', `channel "${this.#port.name}" is served here already`);
    const served = new ServedSockets(this.#port, this.#parts);
    this.#served = served;
    try {
      await this.#told('serve', () => served.start(sessions, path));
    } catch (error) {
      this.#served = undefined;
      throw error;
    }
    return {
      stop: async () => {
        await served.stop();
        if (this.#served === served) this.#served = undefined;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#served?.stop();
  }

  get #own(): HeldSockets | undefined {
    return this.#served?.sockets;
  }

  #isOwn(connection: string): boolean {
    return instanceOf(connection) === this.#parts.self;
  }

  #tell(connection: string, command: Command): Promise<void> {
    return this.#parts.fan.tell(instanceOf(connection), command);
  }

  /** Looks until the groups of a connection are as they should be. @returns `false` where it has ended meanwhile. */
  async #until(connection: string, fits: (groups: readonly string[]) => boolean): Promise<boolean> {
    const { presence, wait } = this.#parts;
    for (let look = 0; look < maxLooks; look++) {
      await wait(Math.min(20 * 2 ** look, longestWaitMs));
      const groups = await presence.groupsOf(connection);
      if (groups === undefined) return false;
      if (fits(groups)) return true;
    }
    throw new PortError('timeout', 'the instance of a connection did not do in time what it was told');
  }

  async #told<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, `channel "${this.#port.name}": ${what}`);
    }
  }
}

const keyOf = ({ key }: PushOptions): PushOptions => (key === undefined ? {} : { key });
