import { toJSONSchema, type $ZodType } from 'zod/v4/core';
import type { JsonSchema } from './document.ts';

/** Which side of a schema: what is sent to it, or what comes out of it. */
export type Side = 'input' | 'output';

type Mutable = Record<string, unknown>;

interface Definition {
  readonly side: Side;
  readonly schema: JsonSchema;
}

/**
 * Collects the schemas that operations use. Those with an id (zod's `.meta({ id })`) and those that recur become components;
 * one whose two sides differ becomes two, `Task` and `TaskInput`. References are settled in {@link Components.finish}.
 */
export class Components {
  readonly #definitions = new Map<string, Definition[]>();

  /**
   * The JSON Schema of one use.
   *
   * @param name - What to call it where it needs a name and has none.
   * @throws {TypeError} for a schema that is not zod's. {RangeError} for two schemas under one id.
   */
  use(schema: unknown, side: Side, name: string): JsonSchema {
    if (!isZod(schema)) throw new TypeError(`${name}: only zod schemas can be described, not those of another maker`);
    const {
      $schema: _,
      $defs,
      ...root
    } = toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: side,
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => tidy(zodSchema, jsonSchema as Mutable),
    }) as Mutable;
    const local = ($defs ?? {}) as Readonly<Record<string, JsonSchema>>;
    const rename = (id: string): string =>
      id.replace(/^__schema(\d+)$/, (_all, index) => `${name}Part${Number(index) + 1}`);
    const mark = (value: unknown): unknown => markReferences(value, side, name, rename);
    for (const [id, definition] of Object.entries(local))
      this.#define(rename(id), side, mark(definition) as JsonSchema);
    const marked = mark(root) as JsonSchema;
    if (!JSON.stringify(root).includes('"$ref":"#"')) return marked;
    this.#define(name, side, marked);
    return { $ref: mention(side, name) };
  }

  /** The definition behind a schema that is only a reference. */
  resolve(schema: JsonSchema): JsonSchema {
    const match = mentionPattern.exec(String(schema['$ref'] ?? ''));
    if (match === null) return schema;
    return this.#definitions.get(match[2]!)?.find(({ side }) => side === match[1])?.schema ?? schema;
  }

  /** A component that comes from no zod schema. */
  add(name: string, schema: JsonSchema): void {
    this.#define(name, 'output', schema);
  }

  /** The components, and how to settle what {@link Components.use} returned. */
  finish(): { readonly schemas: Readonly<Record<string, JsonSchema>>; settle<T>(value: T): T } {
    const split = this.#splitIds();
    const nameOf = (side: Side, id: string): string => (side === 'input' && split.has(id) ? `${id}Input` : id);
    const settle = <T>(value: T): T => settleReferences(value, nameOf) as T;
    const named = [...this.#definitions].flatMap(([id, sides]) =>
      sides.map(({ side, schema }) => {
        const name = nameOf(side, id);
        if (name !== id && this.#definitions.has(name)) {
          throw new RangeError(`the schema id "${name}" is needed for the input of "${id}"`);
        }
        return [name, settle(schema)] as const;
      }),
    );
    const schemas = Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)));
    return { schemas, settle };
  }

  #define(id: string, side: Side, schema: JsonSchema): void {
    const sides = this.#definitions.get(id) ?? [];
    const known = sides.find((definition) => definition.side === side);
    if (known === undefined) this.#definitions.set(id, [...sides, { side, schema }]);
    else if (JSON.stringify(known.schema) !== JSON.stringify(schema))
      throw new RangeError(`two schemas have the id "${id}"`);
  }

  /** Ids whose sides differ, in themselves or in what they refer to. */
  #splitIds(): ReadonlySet<string> {
    const split = new Set<string>();
    for (let grown = true; grown;) {
      grown = false;
      for (const [id, [first, second]] of this.#definitions) {
        if (split.has(id) || first === undefined || second === undefined) continue;
        const text = ({ side, schema }: Definition): string =>
          JSON.stringify(settleReferences(schema, (_side, other) => (split.has(other) ? `${other} ${side}` : other)));
        if (text(first) === text(second)) continue;
        split.add(id);
        grown = true;
      }
    }
    return split;
  }
}

const isZod = (schema: unknown): schema is $ZodType =>
  (schema as { readonly _zod?: unknown } | undefined)?._zod !== undefined;

/** Formats that every reader of JSON Schema knows; zod adds its own pattern of hundreds of characters. */
const knownFormats = new Set<unknown>(['date-time', 'date', 'time', 'email', 'uuid']);

function tidy({ _zod: { def } }: { readonly _zod: { readonly def: object } }, json: Mutable): void {
  const { type, catchall } = def as { readonly type: string; readonly catchall?: unknown };
  // Unknown fields are dropped, not refused; and a reply may get more fields in a later version.
  if (type === 'object' && catchall === undefined) delete json['additionalProperties'];
  if (type === 'date') Object.assign(json, { type: 'string', format: 'date-time' });
  if (knownFormats.has(json['format'])) delete json['pattern'];
  // OpenAPI's own `example` is deprecated in favour of JSON Schema's list.
  if (!('example' in json)) return;
  json['examples'] ??= [json['example']];
  delete json['example'];
}

const mention = (side: Side, id: string): string => `component:${side}:${id}`;
const mentionPattern = /^component:(input|output):(.+)$/;

/** Makes local references say which side they mean. */
function markReferences(value: unknown, side: Side, root: string, rename: (id: string) => string): unknown {
  return mapReferences(value, (ref) => {
    if (ref === '#') return mention(side, root);
    return ref.startsWith('#/$defs/') ? mention(side, rename(ref.slice('#/$defs/'.length))) : ref;
  });
}

function settleReferences(value: unknown, nameOf: (side: Side, id: string) => string): unknown {
  return mapReferences(value, (ref) => {
    const match = mentionPattern.exec(ref);
    return match === null ? ref : `#/components/schemas/${nameOf(match[1] as Side, match[2]!)}`;
  });
}

function mapReferences(value: unknown, map: (ref: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) =>
    key === '$ref' && typeof item === 'string' ? [key, map(item)] : [key, mapReferences(item, map)],
  );
  return Object.fromEntries(entries);
}
