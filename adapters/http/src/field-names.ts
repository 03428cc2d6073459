/** The part of a zod schema's definition that is read here; schemas of other makers have none. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly catchall?: unknown;
  readonly innerType?: unknown;
  readonly in?: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly options?: readonly unknown[];
}

/**
 * The fields that an object schema knows, or undefined where it takes any name or does not say: then the schema itself
 * must judge.
 */
export function fieldNames(schema: unknown): ReadonlySet<string> | undefined {
  const def = (schema as { readonly _zod?: { readonly def: Definition } } | undefined)?._zod?.def;
  if (def === undefined) return undefined;
  switch (def.type) {
    case 'object': {
      const open = def.catchall !== undefined && typeOf(def.catchall) !== 'never';
      return open ? undefined : new Set(Object.keys(def.shape ?? {}));
    }
    case 'pipe':
      return fieldNames(def.in);
    case 'intersection':
      return union([def.left, def.right]);
    case 'union':
      return union(def.options ?? []);
    default:
      return def.innerType === undefined ? undefined : fieldNames(def.innerType);
  }
}

function union(schemas: readonly unknown[]): ReadonlySet<string> | undefined {
  const all = new Set<string>();
  for (const schema of schemas) {
    const names = fieldNames(schema);
    if (names === undefined) return undefined;
    for (const name of names) all.add(name);
  }
  return all;
}

const typeOf = (schema: unknown): string | undefined =>
  (schema as { readonly _zod?: { readonly def: Definition } })._zod?.def.type;
