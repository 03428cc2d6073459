import type { Case } from '../suite/case.ts';
import { firingCases } from './firing.ts';
import { lifeCases } from './lives.ts';

/** Every promise of the timer contract. */
export const timerCases: readonly Case[] = [...firingCases, ...lifeCases];
