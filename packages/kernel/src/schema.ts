import { PortError } from './errors.ts';

/**
 * What the kernel needs of a validator: Standard Schema v1, which zod 4, valibot and arktype all speak. Declared here so
 * that the kernel depends on nothing.
 *
 * @see https://standardschema.dev
 */
export interface Schema<Output> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What one field of an input should have been. `path` is dotted, `tasks.3.at`; empty for the value as a whole. */
export interface FieldIssue {
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  { readonly kind: 'valid'; readonly value: T } | { readonly kind: 'invalid'; readonly issues: readonly FieldIssue[] };

/**
 * Validates `value` without throwing.
 *
 * @throws {PortError} `unsupported` when the schema validates asynchronously, which a port cannot wait for.
 */
export function parse<T>(schema: Schema<T>, value: unknown): Parsed<T> {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new PortError('unsupported', 'asynchronous schemas are not supported');
  if (result.issues === undefined) return { kind: 'valid', value: result.value };
  return { kind: 'invalid', issues: result.issues.map((issue) => ({ path: pathOf(issue), message: issue.message })) };
}

/** Validates what an engine gave back. @throws {PortError} `corrupted`, naming `where` and each field. */
export function parseStored<T>(schema: Schema<T>, value: unknown, where: string): T {
  const parsed = parse(schema, value);
  if (parsed.kind === 'valid') return parsed.value;
  throw new PortError('corrupted', `${where}: ${describeIssues(parsed.issues)}`);
}

/** @param root - What the value is called, for paths to begin with. @default nothing */
export function describeIssues(issues: readonly FieldIssue[], root = ''): string {
  const named = issues.map(({ path, message }) => [[root, path].filter((part) => part !== '').join('.'), message]);
  return named.map(([path, message]) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}

function pathOf(issue: SchemaIssue): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
