import { startEngine } from '@portolan/conformance/engine';
import type { TableEngine } from './table-harness.ts';

/** DynamoDB as dynalite reads it: without transactions, and without the deletion of what has expired. */
export async function dynalite(): Promise<TableEngine> {
  const engine = await startEngine(new URL('./dynalite-engine.ts', import.meta.url));
  return { ...engine, timeToLive: false, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() };
}
