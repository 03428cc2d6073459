import { channelCases } from './channel/channel-cases.ts';
import { channelFault, mutatedChannel } from './mutants/channel-mutant.ts';
import { channelMutants } from './mutants/channel-mutants.ts';
import { firstFailing } from './mutants/mutant.ts';

// A file of its own, so that it runs beside the other suites' mutants.
describe('the channel suite', () => {
  test.each(Object.keys(channelMutants))('notices where %s', async (wrong) => {
    expect(await firstFailing(channelCases, mutatedChannel(channelMutants[wrong]!))).toEqual(expect.any(String));
  });

  test('notices nothing where the reference is left as it is', async () => {
    expect(await firstFailing(channelCases, mutatedChannel(channelFault({})))).toBeUndefined();
  });

  test('gives each case a title of its own', () => {
    expect(new Set(channelCases.map(({ title }) => title)).size).toBe(channelCases.length);
  });
});
