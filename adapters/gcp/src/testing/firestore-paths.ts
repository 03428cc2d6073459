import type { Value } from '../table/firestore-wire.ts';
import { invalidArgument } from './rest-server.ts';

export type MutableFields = Record<string, Value>;
type Fields = Readonly<Record<string, Value>>;

/** A path of fields as it is written, `data.added.`n_a.b``, in its parts. */
export function parsePath(text: string): readonly string[] {
  const parts: string[] = [];
  const part = /(?:([a-zA-Z_]\w*)|`((?:[^`\\]|\\.)+)`)(\.|$)/y;
  for (let end = 0; end < text.length; end = part.lastIndex) {
    part.lastIndex = end;
    const match = part.exec(text);
    if (match === null) throw invalidArgument(`Invalid property path "${text}".`);
    const name = match[1] ?? match[2]!.replaceAll(/\\(.)/g, '$1');
    if (/^__.*__$/.test(name) && name !== '__name__') throw invalidArgument(`field name "${name}" is reserved`);
    parts.push(name);
  }
  if (parts.length === 0) throw invalidArgument('an empty path');
  return parts;
}

export function getAt(fields: Fields, path: readonly string[]): Value | undefined {
  const [first, ...rest] = path;
  const value = Object.hasOwn(fields, first!) ? fields[first!] : undefined;
  return rest.length === 0 ? value : getAt(value?.mapValue?.fields ?? {}, rest);
}

/** Sets a value, making the maps on the way. */
export function setAt(fields: MutableFields, path: readonly string[], value: Value): void {
  const [first, ...rest] = path;
  if (rest.length === 0) {
    fields[first!] = value;
    return;
  }
  const inner = { ...fields[first!]?.mapValue?.fields };
  setAt(inner, rest, value);
  fields[first!] = { mapValue: { fields: inner } };
}

export function deleteAt(fields: MutableFields, path: readonly string[]): void {
  const [first, ...rest] = path;
  if (rest.length === 0) {
    delete fields[first!];
    return;
  }
  const inner = fields[first!]?.mapValue?.fields;
  if (inner === undefined) return;
  const copy = { ...inner };
  deleteAt(copy, rest);
  fields[first!] = { mapValue: { fields: copy } };
}
