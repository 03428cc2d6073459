import type { Case } from '../suite/case.ts';
import { conditionCases } from './conditions.ts';
import { expiryCases } from './expiry.ts';
import { indexCases } from './indexes.ts';
import { limitCases } from './limits.ts';
import { manyCases } from './many.ts';
import { queryCases } from './queries.ts';
import { transactionCases } from './transactions.ts';
import { updateCases } from './updates.ts';
import { valueCases } from './values.ts';

/** Every promise of the table contract. */
export const tableCases: readonly Case[] = [
  ...conditionCases,
  ...updateCases,
  ...transactionCases,
  ...manyCases,
  ...queryCases,
  ...indexCases,
  ...expiryCases,
  ...limitCases,
  ...valueCases,
];
