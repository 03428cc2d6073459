import { minutes } from '@portolan/kernel';

/** How far ahead of its call the sweep hands timers to the queue: one call may be missed without making any late. */
export const reachOf = (sweepEveryMs: number): number => 2 * sweepEveryMs;

/**
 * What clocks may differ by and a write may take, together. A timer that is so near that the sweep may have passed its
 * place is handed to the queue by whoever sets it.
 */
export const stallMs = minutes(1);

/** How near a timer is handed over by whoever sets it; the longest delay that is asked of the queue. */
export const nearOf = (sweepEveryMs: number): number => reachOf(sweepEveryMs) + stallMs;
