import { channelCases } from './channel/channel-cases.ts';
import { channelFault, mutatedChannel } from './mutants/channel-mutant.ts';
import { channelMutants } from './mutants/channel-mutants.ts';
import { noticing } from './mutants/noticing.ts';

const faulty = Object.fromEntries(
  Object.entries(channelMutants).map(([wrong, mutant]) => [wrong, mutatedChannel(mutant)]),
);

// A file of its own, so that it runs beside the other suites' mutants.
noticing({ kind: 'channel', cases: channelCases, faulty, untouched: [mutatedChannel(channelFault({}))] });
