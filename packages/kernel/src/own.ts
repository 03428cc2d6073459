import type { Grant, Port } from './port.ts';
import { checkName, grant } from './port.ts';

/** A domain's own port: any interface of asynchronous methods, with the rights that the domain names. */
export type OwnPort<Name extends string, Contract, Rights extends Readonly<Record<string, readonly string[]>>> = Port<
  'own',
  Name,
  Contract,
  object
> & {
  readonly [Right in keyof Rights]: Grant<Port<'own', Name, Contract>, Rights[Right][number]>;
};

/**
 * Declares a port of the domain's own. Called twice, since the contract is a type and the rest are values:
 * `own<Webhooks>()('webhooks', { deliver: ['deliver'] })`.
 */
export function own<Contract>() {
  return <
    const Name extends string,
    const Rights extends Readonly<Record<string, readonly (keyof Contract & string)[]>>,
  >(
    name: Name,
    rights: Rights,
  ): OwnPort<Name, Contract, Rights> => {
    checkName('port', name);
    const port = { kind: 'own', name, needs: {}, demands: {} } as const;
    const grants = Object.entries(rights).map(([right, methods]) => [right, grant(port, right, methods)]);
    return Object.assign(port, Object.fromEntries(grants)) as unknown as OwnPort<Name, Contract, Rights>;
  };
}
