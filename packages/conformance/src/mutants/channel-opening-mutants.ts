import { problem, welcome } from '@portolan/kernel';
import { channelFault, type ChannelMutants, type Seen } from './channel-mutant.ts';

const groupsOf = (change: (groups: readonly string[], seen: Seen, connection: string) => readonly string[]) =>
  channelFault({
    sessions: (sessions, seen) => ({
      async connect(call) {
        const answer = await sessions.connect(call);
        return answer.kind === 'welcome' ? welcome(change(answer.groups, seen, call.connection)) : answer;
      },
    }),
  });

export const channelOpeningMutants: ChannelMutants = {
  'refused clients are let in': channelFault({
    sessions: (sessions) => ({
      async connect(call) {
        const answer = await sessions.connect(call);
        return answer.kind === 'welcome' ? answer : welcome();
      },
    }),
  }),
  'every refusal is answered with 403': channelFault({
    dialled: (dialled) => (dialled.kind === 'refused' ? { ...dialled, status: 403 } : dialled),
  }),
  'whoever comes while the service is down is told to log in': channelFault({
    sessions: (sessions) => ({
      async connect(call) {
        const answer = await sessions.connect(call);
        return answer.kind === 'problem' && answer.problem === 'unavailable'
          ? problem('unauthorized', 'log in')
          : answer;
      },
    }),
  }),
  'queries stay encoded': channelFault({
    sessions: (sessions) => ({
      connect: (call) => {
        const encoded = Object.entries(call.query).map(([name, value]) => [name, encodeURI(value)]);
        return sessions.connect({ ...call, query: Object.fromEntries(encoded) });
      },
    }),
  }),
  'names of headers keep their case': channelFault({
    sessions: (sessions) => ({
      connect: (call) => {
        const named = Object.entries(call.headers).map(([name, value]) => [name.toUpperCase(), value]);
        return sessions.connect({ ...call, headers: Object.fromEntries(named) });
      },
    }),
  }),
  'headers are dropped': channelFault({
    sessions: (sessions) => ({ connect: (call) => sessions.connect({ ...call, headers: {} }) }),
  }),
  'names of connections are used again': channelFault({
    sessions: (sessions, { ended }) => {
      const names = new Map<string, string>();
      return {
        connect(call) {
          const free = [...ended].at(-1);
          names.set(call.connection, free ?? call.connection);
          return sessions.connect({ ...call, connection: free ?? call.connection });
        },
        disconnect: (call) => sessions.disconnect({ ...call, connection: names.get(call.connection)! }),
      };
    },
  }),
  'the end of those who were refused is told': channelFault({
    sessions: (sessions) => ({
      async connect(call) {
        const answer = await sessions.connect(call);
        if (answer.kind === 'problem') await sessions.disconnect(call);
        return answer;
      },
    }),
  }),
  'groups of the welcome are forgotten': groupsOf(() => []),
  'the first group of the welcome is the only one': groupsOf((groups) => groups.slice(0, 1)),
  'groups of the welcome are joined a while after it': groupsOf((groups, seen, connection) => {
    for (const group of groups) seen.later.push(() => seen.contract.join(connection, group));
    return [];
  }),
};
