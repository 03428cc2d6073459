import type { HeldSockets } from '@portolan/http/sockets';
import { problem, reasonOf, seconds, type ChannelPort, type Consumption, type Sessions } from '@portolan/kernel';
import { unpackFan, type Command } from './fan-message.ts';
import type { InstanceSubscription, PulledMessage } from './instance-subscription.ts';
import { maxConnectionMs } from './presence.ts';
import type { RunChannelParts } from './run-channel.ts';

/** How often an instance says that it lives, in milliseconds: three times before it would be taken for dead. */
const renewMs = seconds(20);
/** Clocks of one region differ by less, in milliseconds. */
const skewMs = 1_000;
/** How long whoever stops listens for what others have said before, in milliseconds: of the 10 s that Cloud Run gives. */
const hearOutMs = 1_000;
/** Senders whose last number is known; those that have been silent the longest are forgotten. */
const maxSenders = 1_000;

/** A connection that was let in and has not ended. */
interface LetIn {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Its socket has been opened, whatever became of it since. */
  opened: boolean;
}

/** The sockets that end in this instance: written down for others, and told what others want of them. */
export class ServedSockets {
  readonly #port: ChannelPort;
  readonly #parts: RunChannelParts;
  readonly #subscription: InstanceSubscription;
  readonly #let = new Map<string, LetIn>();
  /** The number of the last message of each sender. */
  readonly #numbers = new Map<string, number>();
  /** Work that nobody waits for but whoever stops. */
  readonly #aside = new Set<Promise<void>>();
  #sockets: HeldSockets | undefined;
  #serving: Consumption | undefined;
  /** Messages from before are for nobody here. */
  #openSince = 0;
  #leasedUntil = Infinity;
  /** It was silent for so long that others may have taken its connections for gone. */
  #mayBeForgotten = false;
  #stopped: Promise<void> | undefined;
  #heardOut = (): void => {};

  constructor(port: ChannelPort, parts: RunChannelParts) {
    this.#port = port;
    this.#parts = parts;
    this.#subscription = parts.subscription();
  }

  /** `undefined` before they are served. */
  get sockets(): HeldSockets | undefined {
    return this.#sockets;
  }

  async start(sessions: Sessions, path: string): Promise<void> {
    const { environment, findSockets, self, heartbeatMs } = this.#parts;
    const { hold } = await findSockets();
    const ids = { next: () => `${self}.${environment.ids.next()}` };
    const named = { environment: { ...environment, ids } };
    const sockets = hold(this.#port, { ...named, ...(heartbeatMs === undefined ? {} : { heartbeatMs }) });
    await this.#subscription.create();
    try {
      await this.#lease();
      this.#serving = await sockets.serve(this.#tracked(sessions), { path });
    } catch (error) {
      await this.#subscription.end().catch(() => {});
      throw error;
    }
    this.#sockets = sockets;
    this.#subscription.pull((message) => this.#handle(message));
    this.#renewLater();
  }

  /** Says goodbye, tells of every end, and leaves nothing behind. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    await this.#tryTo('hear what was said before it stops', () => this.#hearOut());
    await this.#serving?.stop();
    await Promise.all(this.#aside);
    await this.#tryTo('end its lease', () => this.#parts.presence.leave(this.#parts.self));
    await this.#tryTo('delete its subscription', () => this.#subscription.end());
  }

  /**
   * Tries to hear what others have told it before: tells itself something and waits until that comes, most often behind all
   * of that. What comes later is lost, as a push may be.
   */
  async #hearOut(): Promise<void> {
    const { fan, wait } = this.#parts;
    if (this.#serving === undefined || this.#let.size === 0) return;
    const heard = new Promise<void>((resolve) => (this.#heardOut = resolve));
    await fan.tellSelf({ kind: 'mark' });
    await Promise.race([heard, wait(hearOutMs)]);
  }

  /** The function's sessions, written down before a client is let in, and forgotten before its end is told. */
  #tracked(sessions: Sessions): Sessions {
    const { presence, environment } = this.#parts;
    return {
      connect: async (call) => {
        const answer = await sessions.connect(call);
        if (answer.kind === 'problem') return answer;
        const letIn = { at: environment.clock.now(), opened: false };
        if (this.#let.size === 0) this.#openSince = letIn.at;
        this.#let.set(call.connection, letIn);
        try {
          // An instance without clients may have had no processor to renew it with.
          if (letIn.at >= this.#leasedUntil) await this.#lease();
          await presence.enter(call.connection, answer.groups);
          // Whoever is answered opens the socket without waiting for anything else.
          setImmediate(() => (letIn.opened = true));
          return answer;
        } catch (error) {
          environment.log.error('a connection could not be written down', { reason: reasonOf(error) });
          this.#let.delete(call.connection);
          await sessions.disconnect(call);
          return problem('unavailable', 'The connection could not be made just now; try again.', {
            retryAfterMs: 1_000,
          });
        }
      },
      message: (call, text) => sessions.message(call, text),
      disconnect: async (call) => {
        this.#let.delete(call.connection);
        await this.#tryTo('forget a connection', () => presence.leave(call.connection));
        await sessions.disconnect(call);
      },
    };
  }

  /** Does what another instance wants, once and in its order. */
  async #handle(pulled: PulledMessage): Promise<void> {
    const told = unpackFan(pulled);
    const { self, environment } = this.#parts;
    // Where filters hold nothing back, what is for others comes, too.
    if (told === undefined || told.from === self || (told.to ?? self) !== self) return;
    const last = this.#numbers.get(told.from) ?? 0;
    if (told.number <= last) return;
    this.#numbers.delete(told.from);
    this.#numbers.set(told.from, told.number);
    if (this.#numbers.size > maxSenders) this.#numbers.delete(this.#numbers.keys().next().value!);
    // Where nobody was connected, nothing was pulled, and what was published meanwhile is for nobody.
    const isOld = Date.parse(pulled.publishTime ?? '') < this.#openSince - skewMs;
    if (isOld && told.command.kind !== 'mark') return;
    await this.#obey(told.command).catch((error: unknown) =>
      environment.log.warn('what another instance wanted could not be done', { reason: reasonOf(error) }),
    );
  }

  async #obey(command: Command): Promise<void> {
    const sockets = this.#sockets!;
    const { presence } = this.#parts;
    switch (command.kind) {
      case 'publish':
        return sockets.publishText(command.group, command.text, command.key);
      case 'send': {
        const { connection, text, key } = command;
        const { kind } = sockets.sendText(connection, text, key);
        // Its end may be told only when a slow client has said goodbye; from now on it is gone for others, too.
        if (kind === 'gone' && this.#let.get(connection)?.opened !== false)
          this.#putAside(() => presence.leave(connection));
        return;
      }
      case 'join': {
        const { connection, group } = command;
        const { kind } = await sockets.join(connection, group);
        if (kind === 'sent') this.#putAside(() => presence.regroup(connection, (groups) => groups.add(group)));
        return;
      }
      case 'leave': {
        const { connection, group } = command;
        await sockets.leave(connection, group);
        return this.#putAside(() => presence.regroup(connection, (groups) => groups.delete(group)));
      }
      case 'close':
        return sockets.close(command.connection);
      case 'mark':
        return this.#heardOut();
    }
  }

  #renewLater(): void {
    const { environment } = this.#parts;
    const { signal } = environment.deadline(environment.clock.now() + renewMs);
    signal.addEventListener('abort', () => this.#putAside(() => this.#renew()), { once: true });
  }

  async #lease(): Promise<void> {
    const { environment, presence, self } = this.#parts;
    if (environment.clock.now() >= this.#leasedUntil) this.#mayBeForgotten = true;
    this.#leasedUntil = await presence.renew(self);
  }

  async #renew(): Promise<void> {
    if (this.#stopped !== undefined) return;
    const { environment, presence } = this.#parts;
    try {
      await this.#lease();
      const now = environment.clock.now();
      const isOld = ({ at }: LetIn): boolean => now - at > maxConnectionMs - renewMs;
      const ending = [...this.#let].flatMap(([connection, letIn]) => (isOld(letIn) ? connection : []));
      if (this.#mayBeForgotten) ending.push(...(await presence.missing([...this.#let.keys()])));
      this.#mayBeForgotten = false;
      for (const connection of ending) await this.#sockets?.close(connection);
    } finally {
      this.#renewLater();
    }
  }

  #putAside(work: () => Promise<void>): void {
    const aside = this.#tryTo('keep its connections known', work).finally(() => this.#aside.delete(aside));
    this.#aside.add(aside);
  }

  async #tryTo(what: string, run: () => Promise<void>): Promise<void> {
    await run().catch((error: unknown) => {
      const fields = { port: this.#port.name, reason: reasonOf(error) };
      this.#parts.environment.log.warn(`a channel's instance could not ${what}`, fields);
    });
  }
}
