import type { Case } from '../suite/case.ts';
import { conditionCases } from './conditions.ts';
import { contentCases } from './contents.ts';
import { createdCases } from './created.ts';
import { keyCases } from './keys.ts';
import { linkCases } from './links.ts';
import { listingCases } from './listing.ts';
import type { ObjectsHarness } from './objects-harness.ts';
import { streamCases } from './streams.ts';

/** Every promise of the objects contract. */
export const objectsCases: readonly Case<ObjectsHarness>[] = [
  ...contentCases,
  ...conditionCases,
  ...keyCases,
  ...listingCases,
  ...linkCases,
  ...createdCases,
  ...streamCases,
];
