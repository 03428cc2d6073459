import { cloudRun } from '@portolan/gcp';
import { pricing } from '@portolan/pricing';
import { bindings } from './bindings.ts';

/** Serves from here on: sockets need a container, and the functions go with them. */
export const server = cloudRun(pricing, bindings);
