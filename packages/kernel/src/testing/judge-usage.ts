import type { Grant } from '../port.ts';
import type { Service } from '../service.ts';
import type { PortCall } from './record-usage.ts';

/** What is wrong with the rights of a service, one line for each; both empty where they fit. */
export interface UsageVerdict {
  /** Rights that a function holds and never used; of a right made up of others, each that was not used. */
  readonly unused: readonly string[];
  /** Methods that a function called without a right to. */
  readonly undeclared: readonly string[];
}

/**
 * Holds the calls that functions made against the rights they were granted.
 *
 * @param calls - Of a life of the service in which everything happens that it is made for: see `recordUsage`.
 */
export function judgeUsage(service: Service, calls: Iterable<PortCall>): UsageVerdict {
  const called = new Set<string>();
  for (const call of calls) called.add(`${call.function}: ${call.port}.${call.method}`);
  const granted = new Set<string>();
  const unused: string[] = [];
  for (const [name, { grants }] of Object.entries(service.functions)) {
    for (const given of Object.values(grants)) {
      const callsOf = (methods: readonly string[]) => methods.map((method) => `${name}: ${given.port.name}.${method}`);
      for (const call of callsOf(given.methods)) granted.add(call);
      for (const { right, methods } of partsOf(given)) {
        if (!callsOf(methods).some((call) => called.has(call))) unused.push(`${name}: ${given.port.name}.${right}`);
      }
    }
  }
  return { unused, undeclared: [...called].filter((call) => !granted.has(call)) };
}

/** The narrower rights that a right is made up of, as `readWrite` is; itself where it is one. */
function partsOf(given: Grant): readonly Grant[] {
  const narrower = Object.values(given.port).filter(
    (one: unknown): one is Grant =>
      isGrant(one) &&
      one.methods.length < given.methods.length &&
      one.methods.every((method) => given.methods.includes(method)),
  );
  return narrower.length > 0 ? narrower : [given];
}

const isGrant = (value: unknown): value is Grant =>
  typeof value === 'object' && value !== null && 'right' in value && 'methods' in value;
