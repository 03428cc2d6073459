import { welcome, type Channel, type PushOptions } from '@portolan/kernel';
import { channelEndingMutants } from './channel-ending-mutants.ts';
import { channelFault, type ChannelMutants, type Seen } from './channel-mutant.ts';
import { channelOpeningMutants } from './channel-opening-mutants.ts';

/** Everybody that a publication reaches. */
const members = ({ groups }: Seen, group: string): readonly string[] =>
  [...groups].flatMap(([connection, all]) => (all.has(group) ? [connection] : []));

const eachOf = async (
  { contract }: Seen,
  connections: Iterable<string>,
  message: unknown,
  options: PushOptions | undefined,
): Promise<void> => {
  for (const connection of connections) await contract.send(connection, message, options);
};

const messages = (change: (message: unknown) => unknown) =>
  channelFault({
    contract: (channel) => ({
      send: (connection, message, options) => channel.send(connection, change(message), options),
      publish: (group, message, options) => channel.publish(group, change(message), options),
    }),
  });

const pushes = (push: (seen: Seen, run: () => Promise<unknown>, options?: PushOptions) => Promise<unknown>) =>
  channelFault({
    contract: (channel, seen) => ({
      async send(connection, message, options) {
        await push(seen, () => channel.send(connection, message, options), options);
        return { kind: 'sent' };
      },
      async publish(group, message, options) {
        await push(seen, () => channel.publish(group, message, options), options);
      },
    }),
  });

const pushing: ChannelMutants = {
  'what is sent to one reaches all': channelFault({
    contract: (channel, seen) => ({
      async send(connection, message, options) {
        const result = await channel.send(connection, message, options);
        await eachOf(
          seen,
          [...seen.groups.keys()].filter((other) => other !== connection),
          message,
          options,
        );
        return result;
      },
    }),
  }),
  'what nobody can get was sent': channelFault({
    contract: (channel) => ({ send: async (...call) => (await channel.send(...call), { kind: 'sent' }) }),
  }),
  'publications reach every group': channelFault({
    contract: (_channel, seen) => ({
      publish: (_group, message, options) => eachOf(seen, seen.groups.keys(), message, options),
    }),
  }),
  'publications reach groups whose names begin so': channelFault({
    contract: (_channel, seen) => ({
      async publish(group, message, options) {
        const begun = [...seen.groups].filter(([, all]) => [...all].some((name) => name.startsWith(group)));
        await eachOf(
          seen,
          begun.map(([connection]) => connection),
          message,
          options,
        );
      },
    }),
  }),
  'publications come twice to whoever is in two groups': channelFault({
    contract: (channel, seen) => ({
      async publish(group, message, options) {
        await channel.publish(group, message, options);
        await eachOf(
          seen,
          members(seen, group).filter((one) => seen.groups.get(one)!.size > 1),
          message,
          options,
        );
      },
    }),
  }),
  'publications reach a hundred connections at most': channelFault({
    contract: (_channel, seen) => ({
      publish: (group, message, options) => eachOf(seen, members(seen, group).slice(0, 100), message, options),
    }),
  }),
  'groups do not regard case': channelFault({
    sessions: (sessions) => ({
      async connect(call) {
        const answer = await sessions.connect(call);
        return answer.kind === 'welcome' ? welcome(answer.groups.map((group) => group.toLowerCase())) : answer;
      },
    }),
    contract: (channel) => ({ publish: (group, ...rest) => channel.publish(group.toLowerCase(), ...rest) }),
  }),
  'one push overtakes the one before it': (base) => {
    let held: (() => Promise<unknown>) | undefined;
    return pushes(async (seen, run) => {
      if (held === undefined) {
        held = run;
        seen.later.push(async () => {
          await held?.();
          held = undefined;
        });
        return;
      }
      const before = held;
      held = undefined;
      await run();
      await before();
    })(base);
  },
  'a push is lost now and then': (base) => {
    let count = 0;
    return pushes(async (_seen, run) => (++count % 7 === 0 ? undefined : run()))(base);
  },
  'news of a key are dropped for those who keep up': (base) => {
    let count = 0;
    return pushes(async (_seen, run, options) => (options !== undefined && ++count % 5 === 0 ? undefined : run()))(
      base,
    );
  },
  'the last publication of a group is kept for whoever connects': (base) => {
    const last = new Map<string, unknown>();
    return channelFault({
      contract: (channel) => ({
        publish: (group, message, options) => (last.set(group, message), channel.publish(group, message, options)),
      }),
      sessions: (sessions, seen) => ({
        async connect(call) {
          const answer = await sessions.connect(call);
          const groups = answer.kind === 'welcome' ? answer.groups : [];
          for (const group of groups.filter((one) => last.has(one)))
            seen.later.push(() => seen.contract.send(call.connection, last.get(group)));
          return answer;
        },
      }),
    })(base);
  },
  'what is beyond ASCII is dropped': messages(
    (message) => JSON.parse(JSON.stringify(message).replaceAll(/[^\x20-\x7e]/g, '')) as unknown,
  ),
  'messages are wrapped into an envelope': messages((message) => ({ type: 'message', data: message })),
  'messages of any size are pushed': channelFault({ port: () => ({ maxMessageBytes: 1_000_000 }) }),
  'messages are too large a byte too early': channelFault({
    port: ({ maxMessageBytes }) => ({ maxMessageBytes: maxMessageBytes - 1 }),
  }),
  'what is too large is dropped without a word': channelFault({
    contract: (channel) => ({
      publish: (...call) => channel.publish(...call).catch(() => undefined),
    }),
  }),
  'keys of any length are taken': channelFault({
    contract: (channel) => ({
      send: (connection, message, { key } = {}) =>
        channel.send(connection, message, key === undefined ? {} : { key: `_${key}`.slice(0, 100) }),
    }),
  }),
};

/** Of a channel whose names of groups are not checked. */
const lax = (channel: Channel): Partial<Channel> => ({
  join: async (connection, group) =>
    /^[\w.:-]{1,100}$/.test(group) ? channel.join(connection, group) : { kind: 'sent' },
});

const groups: ChannelMutants = {
  'any name will do for a group': channelFault({ contract: lax }),
  'joining does nothing': channelFault({ contract: () => ({ join: async () => ({ kind: 'sent' }) }) }),
  'joining again leaves': channelFault({
    contract: (channel, seen) => ({
      async join(connection, group) {
        const wasIn = seen.groups.get(connection)?.has(group) === true;
        const result = await channel.join(connection, group);
        if (wasIn) await channel.leave(connection, group);
        return result;
      },
    }),
  }),
  'a connection is in one group at a time': channelFault({
    contract: (channel, seen) => ({
      async join(connection, group) {
        for (const other of [...(seen.groups.get(connection) ?? [])]) await channel.leave(connection, other);
        return channel.join(connection, group);
      },
    }),
  }),
  'leaving does nothing': channelFault({ contract: () => ({ leave: async () => undefined }) }),
  'leaving one group leaves all': channelFault({
    contract: (channel, seen) => ({
      async leave(connection, group) {
        await channel.leave(connection, group);
        for (const other of [...(seen.groups.get(connection) ?? [])]) await channel.leave(connection, other);
      },
    }),
  }),
  'leaving takes everybody out of the group': channelFault({
    contract: (channel, seen) => ({
      async leave(connection, group) {
        await channel.leave(connection, group);
        for (const other of members(seen, group)) await channel.leave(other, group);
      },
    }),
  }),
  'a group too many is joined without a word': channelFault({
    contract: (channel) => ({
      join: (connection, group) => channel.join(connection, group).catch(() => ({ kind: 'sent' })),
    }),
  }),
  'forty-nine groups are the most': channelFault({
    contract: (channel, seen) => ({
      join: (connection, group) =>
        channel.join(connection, seen.groups.get(connection)?.size === 49 ? `${group}!` : group),
    }),
  }),
  'connections that have ended can join': channelFault({
    contract: (channel) => ({ join: async (...call) => (await channel.join(...call), { kind: 'sent' }) }),
  }),
};

export const channelMutants: ChannelMutants = {
  ...channelOpeningMutants,
  ...pushing,
  ...groups,
  ...channelEndingMutants,
};
