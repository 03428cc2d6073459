/**
 * A need of a domain, declared once. The declaration is a plain value: its kind and name, what it asks of an adapter, and
 * (as a phantom type) the contract that code is given.
 *
 * @typeParam Needs - Guarantees an adapter must have, as `{ ordered: true }`; `{}` asks for none.
 */
export interface Port<
  Kind extends string = string,
  Name extends string = string,
  Contract = unknown,
  Needs extends object = object,
> {
  readonly kind: Kind;
  readonly name: Name;
  /** What an adapter's `guarantees` must hold. Checked by the compiler, and again at composition. */
  readonly needs: Needs;
  /** Numbers that an adapter's `limits` of the same name must reach. Checked at composition. */
  readonly demands: Readonly<Record<string, number>>;
  /** Exists only for the compiler. */
  readonly '~contract'?: Contract;
}

/** The interface behind a port. */
export type ContractOf<P> = P extends { readonly '~contract'?: infer Contract } ? NonNullable<Contract> : never;

/** The guarantees that a port asks for. */
export type NeedsOf<P> = P extends Port<string, string, unknown, infer Needs> ? Needs : never;

/** A right to a port: the methods a function may call on it, and no others. */
export interface Grant<P extends Port = Port, Method extends string = string> {
  readonly port: P;
  /** The field's name of the right: `read`, `send`, `publish`; roles in the cloud are derived from it. */
  readonly right: string;
  readonly methods: readonly Method[];
}

export type Grants = Readonly<Record<string, Grant>>;

/** What a function is handed for its grants: the same names, just the granted methods. */
export type Granted<G> = { readonly [Alias in keyof G]: GrantedPort<G[Alias]> };

type GrantedPort<G> =
  G extends Grant<infer P, infer Method> ? Pick<ContractOf<P>, Method & keyof ContractOf<P>> : never;

/** Names of the ports that grants speak of. */
export type PortNames<G> = { [Alias in keyof G]: G[Alias] extends Grant<infer P> ? P['name'] : never }[keyof G];

/**
 * Makes a right to a port. Domains use the rights that a declaration carries (`tasks.read`); port kinds make them here.
 */
export function grant<P extends Port, const Method extends string>(
  port: P,
  right: string,
  methods: readonly Method[],
): Grant<P, Method> {
  return { port, right, methods };
}

const namePattern = /^[a-z][a-z0-9-]{0,39}$/;

/** @throws {RangeError} unless `name` fits every cloud: 1 to 40 of a-z, 0-9 and `-`, a letter first. */
export function checkName(what: string, name: string): void {
  if (namePattern.test(name)) return;
  throw new RangeError(`${what} "${name}" must be 1 to 40 of a-z, 0-9 and "-", starting with a letter`);
}
