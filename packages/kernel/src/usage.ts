import type { ServiceFunction, Trigger } from './function.ts';
import type { Service } from './service.ts';

/** What one function may do with one port. */
export interface PortUse {
  readonly port: string;
  readonly kind: string;
  /** The name of the right: `read`, `send`; `receive` for the port that triggers the function. */
  readonly right: string;
  /** Methods of the port's contract, in their order of declaration; none for `receive`. */
  readonly methods: readonly string[];
}

export interface FunctionUsage {
  readonly function: string;
  readonly trigger: Trigger['kind'];
  readonly uses: readonly PortUse[];
}

/** Who may do what: what roles in a cloud are derived from, and what architects read. */
export interface Usage {
  readonly service: string;
  readonly functions: readonly FunctionUsage[];
}

/** The usage of a service, from its declarations alone; plain JSON. */
export function usageOf(service: Service): Usage {
  return {
    service: service.name,
    functions: Object.entries(service.functions).map(([name, fn]) => ({
      function: name,
      trigger: fn.trigger.kind,
      uses: usesOf(fn),
    })),
  };
}

function usesOf({ trigger, grants }: ServiceFunction): readonly PortUse[] {
  const granted = Object.values(grants).map(({ port, right, methods }) => ({
    port: port.name,
    kind: port.kind,
    right,
    methods,
  }));
  if (trigger.kind !== 'message' && trigger.kind !== 'channel') return granted;
  const { name, kind } = trigger.port;
  return [{ port: name, kind, right: 'receive', methods: [] }, ...granted];
}
