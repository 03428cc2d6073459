import type { Harness } from '@portolan/conformance';
import type { ContractOf, Port } from '@portolan/kernel';

/** One harness of two over the same engine: tables are the first one's, all else, and time, is the second one's. */
export function beside(tables: Harness, others: Harness): Harness {
  return {
    open: <P extends Port>(port: P): Promise<ContractOf<P>> => (port.kind === 'table' ? tables : others).open(port),
    consume: (port, consumer, options) => others.consume(port, consumer, options),
    now: () => others.now(),
    pass: (durationMs) => others.pass(durationMs),
    settle: () => others.settle(),
    async [Symbol.asyncDispose]() {
      await others[Symbol.asyncDispose]();
      await tables[Symbol.asyncDispose]();
    },
  };
}
