import type { Case } from '../suite/case.ts';
import { deliveryCases } from './delivery.ts';
import { failureCases } from './failures.ts';
import { guaranteeCases } from './guarantees.ts';

/** Every promise of the queue contract. */
export const queueCases: readonly Case[] = [...deliveryCases, ...failureCases, ...guaranteeCases];
