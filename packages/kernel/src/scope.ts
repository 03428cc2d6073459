import type { Granted, Grants } from './port.ts';
import type { Queue } from './queue.ts';
import type { Timer } from './timer.ts';
import type { Topic } from './topic.ts';
import type { Trace } from './trace.ts';

/**
 * Narrows contracts to what a function was granted: the object a handler gets has those methods and no more, so that a
 * cast cannot widen a right. Methods that send carry the trace of the invocation.
 */
export function scopePorts(
  grants: Grants,
  contracts: Readonly<Record<string, unknown>>,
): (trace: Trace) => Granted<Grants> {
  const makers = Object.entries(grants).map(([alias, { port, methods }]) => {
    const contract = contracts[port.name];
    if (contract === undefined) throw new TypeError(`port "${port.name}" is not bound`);
    return [alias, scopeOne(port.kind, contract as Contract, methods)] as const;
  });
  return (trace) => {
    const scoped: Record<string, unknown> = {};
    for (const [alias, make] of makers) scoped[alias] = make(trace);
    return scoped as Granted<Grants>;
  };
}

type Contract = Readonly<Record<string, (...args: unknown[]) => unknown>>;

function scopeOne(kind: string, contract: Contract, methods: readonly string[]): (trace: Trace) => unknown {
  const plain: Record<string, unknown> = {};
  const sending: [method: string, withTrace: (trace: Trace) => unknown][] = [];
  for (const method of methods) {
    if (typeof contract[method] !== 'function') throw new TypeError(`the ${kind} has no method "${method}"`);
    plain[method] = contract[method].bind(contract);
    const withTrace = sendingMethods[`${kind}.${method}`];
    if (withTrace !== undefined) sending.push([method, (trace) => withTrace(contract as never, trace)]);
  }
  if (sending.length === 0) return () => plain;
  return (trace) => {
    const scoped = { ...plain };
    for (const [method, withTrace] of sending) scoped[method] = withTrace(trace);
    return scoped;
  };
}

/** The methods that send something on, with the trace filled in. */
const sendingMethods: Readonly<Record<string, (contract: never, trace: Trace) => unknown>> = {
  'queue.send':
    (queue: Queue, trace): Queue['send'] =>
    (message, options) =>
      queue.send(message, { trace, ...options }),
  'queue.sendBatch':
    (queue: Queue, trace): Queue['sendBatch'] =>
    (entries) =>
      queue.sendBatch(entries.map((entry) => ({ trace, ...entry }))),
  'topic.publish':
    (topic: Topic, trace): Topic['publish'] =>
    (event, options) =>
      topic.publish(event, { trace, ...options }),
  'timer.set':
    (timer: Timer, trace): Timer['set'] =>
    (id, at, payload, options) =>
      timer.set(id, at, payload, { trace, ...options }),
};
