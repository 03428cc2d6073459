import type { Channel, ChannelPort, ContractOf, Port, Sessions } from '@portolan/kernel';
import type { ChannelHarness, Dialled, SocketClient } from '../channel/channel-harness.ts';
import { memoryChannelHarness } from '../channel/memory-channel-harness.ts';
import type { ConformanceRun } from '../harness.ts';

/** A fault to plant into the reference of channels. */
export type ChannelMutant = (base: ChannelHarness) => Partial<ChannelHarness>;

/** By what is wrong with it. */
export type ChannelMutants = Readonly<Record<string, ChannelMutant>>;

/** The reference with a fault planted. */
export function mutatedChannel(mutant: ChannelMutant): ConformanceRun<ChannelHarness>['harness'] {
  return async () => {
    const base = await memoryChannelHarness();
    return { ...base, ...mutant(base) };
  };
}

/** What faults may want to know. */
export interface Seen {
  /** Groups of every connection that was let in and has not ended, as told. */
  readonly groups: Map<string, Set<string>>;
  readonly ended: Set<string>;
  /** What happens when time or turns pass. */
  readonly later: (() => unknown)[];
  readonly contract: Channel;
  readonly clients: SocketClient[];
}

export interface Replacements {
  contract?(contract: Channel, seen: Seen): Partial<Channel>;
  sessions?(sessions: Sessions, seen: Seen): Partial<Sessions>;
  client?(client: SocketClient, seen: Seen): Partial<SocketClient>;
  dialled?(dialled: Dialled): Dialled;
  port?(port: ChannelPort): Partial<ChannelPort>;
}

/** A mutant with parts of the reference replaced. */
export function channelFault(replace: Replacements): ChannelMutant {
  return (base) => {
    const seen = { groups: new Map(), ended: new Set<string>(), later: [], clients: [] } as unknown as Seen;
    const declared = (port: ChannelPort): ChannelPort => ({ ...port, ...replace.port?.(port) });
    let opened: Channel | undefined;
    const later = async (): Promise<void> => {
      for (const run of seen.later.splice(0)) await run();
    };
    return {
      async open<P extends Port>(port: P) {
        if (opened === undefined) {
          const contract = await open(base, declared(port as unknown as ChannelPort), seen);
          Object.assign(seen, { contract });
          opened = { ...contract, ...replace.contract?.(contract, seen) };
        }
        return opened as unknown as ContractOf<P>;
      },
      serve(port, sessions) {
        const watched = watch(sessions, seen);
        return base.serve(declared(port), { ...watched, ...replace.sessions?.(watched, seen) });
      },
      async dial(port, request) {
        const dialled = await base.dial(declared(port), request);
        const given = replace.dialled?.(dialled) ?? dialled;
        if (given.kind === 'refused') return given;
        seen.clients.push(given.client);
        return { kind: 'open', client: override(given.client, replace.client?.(given.client, seen)) };
      },
      async settle() {
        await later();
        await base.settle();
      },
      async pass(durationMs) {
        await later();
        await base.pass(durationMs);
      },
    };
  };
}

/** The contract as a plain object, which tells who joins and leaves. */
async function open(base: ChannelHarness, port: ChannelPort, { groups }: Seen): Promise<Channel> {
  const channel = (await base.open(port)) as Channel;
  return {
    send: (...call) => channel.send(...call),
    publish: (...call) => channel.publish(...call),
    async join(connection, group) {
      const result = await channel.join(connection, group);
      if (result.kind === 'sent') groups.get(connection)?.add(group);
      return result;
    },
    async leave(connection, group) {
      await channel.leave(connection, group);
      groups.get(connection)?.delete(group);
    },
    close: (connection) => channel.close(connection),
  };
}

function watch(sessions: Sessions, { groups, ended }: Seen): Sessions {
  return {
    async connect(call) {
      const answer = await sessions.connect(call);
      if (answer.kind === 'welcome') groups.set(call.connection, new Set(answer.groups));
      return answer;
    },
    message: (call, text) => sessions.message(call, text),
    async disconnect(call) {
      groups.delete(call.connection);
      ended.add(call.connection);
      await sessions.disconnect(call);
    },
  };
}

/** A client with parts of it replaced, which still shows what the client sees just now. */
function override(client: SocketClient, parts: Partial<SocketClient> = {}): SocketClient {
  return new Proxy(client, { get: (target, name) => Reflect.get(name in parts ? parts : target, name) as unknown });
}
