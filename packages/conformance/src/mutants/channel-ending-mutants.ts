import { utf8Bytes, type ChannelPort } from '@portolan/kernel';
import { channelFault, type ChannelMutants } from './channel-mutant.ts';

/** What a message is answered with, or that it is not. */
const answers = (change: (answer: string, text: string) => string | undefined) =>
  channelFault({
    sessions: (sessions) => ({
      async message(call, text) {
        const answer = await sessions.message(call, text);
        return answer === undefined ? undefined : change(answer, text);
      },
    }),
  });

const code = (from: number, to: number) =>
  channelFault({
    client: (client) => ({
      get ended() {
        return client.ended === from ? to : client.ended;
      },
    }),
  });

const declared = (change: (port: ChannelPort) => Partial<ChannelPort>) => channelFault({ port: change });

const ending: ChannelMutants = {
  'ends are not told': channelFault({ sessions: () => ({ disconnect: async () => undefined }) }),
  'ends of connections that the function ended are not told': (base) => {
    const closed = new Set<string>();
    return channelFault({
      contract: (channel) => ({
        async close(connection) {
          closed.add(connection);
          await channel.close(connection);
        },
      }),
      sessions: (sessions) => ({
        disconnect: async (call) => (closed.has(call.connection) ? undefined : sessions.disconnect(call)),
      }),
    })(base);
  },
  'the end of one is told of all': channelFault({
    sessions: (sessions, { groups }) => ({
      async disconnect(call) {
        const others = [...groups.keys()].filter((connection) => connection !== call.connection);
        await sessions.disconnect(call);
        for (const connection of others) await sessions.disconnect({ connection });
      },
    }),
  }),
  'clients that vanish are never found': channelFault({ client: () => ({ vanish: async () => undefined }) }),
  'clients are not told that they were ended': channelFault({ client: () => ({ ended: undefined }) }),
  'connections are ended a while after they were': channelFault({
    contract: (channel, seen) => ({
      async close(connection) {
        seen.later.push(() => channel.close(connection));
      },
    }),
  }),
  'ending a connection does nothing': channelFault({ contract: () => ({ close: async () => undefined }) }),
  'ending a connection twice is a mistake': channelFault({
    contract: (channel, { ended }) => {
      const closed = new Set<string>();
      return {
        async close(connection) {
          if (closed.has(connection) || ended.has(connection)) throw new Error('it has ended');
          closed.add(connection);
          await channel.close(connection);
        },
      };
    },
  }),
  'what was pushed just before the end is lost': channelFault({
    client: (client) => ({
      get received() {
        return client.ended === undefined ? client.received : client.received.slice(0, -1);
      },
    }),
  }),
  'publishing fails once somebody of the group has gone': channelFault({
    contract: (channel, { ended }) => ({
      async publish(...call) {
        if (ended.size > 0) throw new Error('somebody has gone');
        await channel.publish(...call);
      },
    }),
  }),
  'publishing stops at a client that has vanished': channelFault({
    contract: (channel, { clients }) => ({
      publish: async (...call) => (clients.some(({ ended }) => ended === 1006) ? undefined : channel.publish(...call)),
    }),
  }),
  'sockets are cut without a goodbye': code(1001, 1006),
  'ends are not told when it stops': (base) => {
    let stopping = false;
    const mutant = channelFault({
      sessions: (sessions) => ({ disconnect: async (call) => (stopping ? undefined : sessions.disconnect(call)) }),
    })(base);
    return {
      ...mutant,
      async serve(port, sessions) {
        const { stop } = await mutant.serve!(port, sessions);
        return {
          async stop() {
            stopping = true;
            await stop();
          },
        };
      },
    };
  },
  'clients are taken while it stops': (base) => ({
    async serve(port, sessions) {
      const { stop } = await base.serve(port, sessions);
      return {
        async stop() {
          await stop();
          await base.serve(port, sessions);
        },
      };
    },
  }),
};

const incoming: ChannelMutants = {
  'binary frames are read as text': channelFault({
    client: (client) => ({
      send: (frame) => client.send(typeof frame === 'string' ? frame : new TextDecoder().decode(frame)),
    }),
  }),
  'messages are lost now and then': (base) => {
    let count = 0;
    return channelFault({
      sessions: (sessions) => ({
        message: async (call, text) => (++count % 10 === 0 ? undefined : sessions.message(call, text)),
      }),
    })(base);
  },
  'messages come under the name of the first connection': channelFault({
    sessions: (sessions, { groups }) => ({
      message: (_call, text) => sessions.message({ connection: [...groups.keys()][0]! }, text),
    }),
  }),
  'messages are read as Latin-1': channelFault({
    sessions: (sessions) => ({
      message: (call, text) => sessions.message(call, Buffer.from(text).toString('latin1')),
    }),
  }),
  'messages of any size are handled': channelFault({
    sessions: (sessions) => ({
      message: (call, text) => sessions.message(call, utf8Bytes(text) > 1_024 ? '{"n":0,"text":""}' : text),
    }),
  }),
  'what cannot be taken is not answered': answers(() => undefined),
  'what cannot be taken is sent back': answers((_answer, text) => text),
  'problems name no field': answers((answer) => answer.replaceAll('message.n', 'message')),
  'every problem is the fault of the client': answers((answer) => answer.replace('"unavailable"', '"invalid"')),
  'whoever sends what cannot be taken is ended': channelFault({
    sessions: (sessions, seen) => ({
      async message(call, text) {
        const answer = await sessions.message(call, text);
        if (answer !== undefined) await seen.contract.close(call.connection);
        return answer;
      },
    }),
  }),
  'answers go to everybody': channelFault({
    sessions: (sessions, seen) => ({
      async message(call, text) {
        const answer = await sessions.message(call, text);
        if (answer === undefined) return undefined;
        for (const connection of seen.groups.keys()) await seen.contract.send(connection, JSON.parse(answer));
        return undefined;
      },
    }),
  }),
};

const slow: ChannelMutants = {
  'anything may wait for a slow client': declared(() => ({ maxBufferedBytes: Infinity })),
  'slow clients are always ended': declared(() => ({ whenSlow: 'disconnect' })),
  'slow clients are never ended': declared(() => ({ whenSlow: 'drop' })),
  'slow clients are ended like any other': code(1013, 1000),
  'keys are not regarded': channelFault({
    contract: (channel) => ({
      send: (connection, message) => channel.send(connection, message),
      publish: (group, message) => channel.publish(group, message),
    }),
  }),
  'all keys are one': channelFault({
    contract: (channel) => ({
      publish: (group, message, options) =>
        channel.publish(group, message, options?.key === undefined ? {} : { key: 'one' }),
    }),
  }),
  'the oldest of a key is kept': channelFault({
    contract: (channel) => {
      const kept = new Set<string>();
      return {
        async publish(group, message, options) {
          if (options?.key !== undefined && kept.has(options.key)) return;
          if (options?.key !== undefined) kept.add(options.key);
          await channel.publish(group, message, options);
        },
      };
    },
  }),
  'a slow client holds up the others': (base) => {
    let paused = 0;
    return channelFault({
      client: (client) => ({
        pauseReading() {
          paused++;
          client.pauseReading!();
        },
        resumeReading() {
          paused--;
          client.resumeReading!();
        },
      }),
      contract: (channel, seen) => ({
        async publish(...call) {
          if (paused > 0) seen.later.push(() => paused === 0 && channel.publish(...call));
          else await channel.publish(...call);
        },
      }),
    })(base);
  },
};

export const channelEndingMutants: ChannelMutants = { ...ending, ...incoming, ...slow };
