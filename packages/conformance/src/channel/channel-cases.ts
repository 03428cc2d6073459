import type { Case } from '../suite/case.ts';
import type { ChannelHarness } from './channel-harness.ts';
import { endingCases } from './ending.ts';
import { groupCases } from './groups.ts';
import { incomingCases } from './incoming.ts';
import { openingCases } from './opening.ts';
import { pushingCases } from './pushing.ts';
import { slowCases } from './slow.ts';

/** Every promise of the channel contract. */
export const channelCases: readonly Case<ChannelHarness>[] = [
  ...openingCases,
  ...pushingCases,
  ...groupCases,
  ...endingCases,
  ...incomingCases,
  ...slowCases,
];
