/** The part of Firestore's REST API that tables use. @see https://cloud.google.com/firestore/docs/reference/rest/v1/Value */
export interface Value {
  readonly stringValue?: string;
  /** A 64-bit integer, in decimal. */
  readonly integerValue?: string;
  readonly timestampValue?: string;
  readonly referenceValue?: string;
  readonly mapValue?: { readonly fields?: Fields };
}

export type Fields = Readonly<Record<string, Value>>;

export interface Document {
  /** `projects/p/databases/(default)/documents/c/id` */
  readonly name: string;
  readonly fields?: Fields;
  readonly updateTime: string;
}

/** @see https://cloud.google.com/firestore/docs/reference/rest/v1/Precondition */
export type Precondition = { readonly exists: boolean } | { readonly updateTime: string };

/** @see https://cloud.google.com/firestore/docs/reference/rest/v1/Write */
export interface Write {
  readonly update?: { readonly name: string; readonly fields: Fields };
  readonly updateMask?: { readonly fieldPaths: readonly string[] };
  readonly updateTransforms?: readonly { readonly fieldPath: string; readonly increment: Value }[];
  readonly delete?: string;
  readonly currentDocument?: Precondition;
}

/** The result of one write; a removal has no `updateTime`. */
export interface Written {
  readonly updateTime?: string;
}

export interface StructuredQuery {
  readonly from: readonly { readonly collectionId: string }[];
  readonly where: unknown;
  readonly orderBy: readonly unknown[];
  readonly startAt?: { readonly values: readonly Value[]; readonly before: boolean };
  readonly limit: number;
}

/**
 * A path of fields as Firestore writes it: parts that are no plain names are quoted.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/StructuredQuery#FieldReference
 */
export function fieldPath(...parts: readonly string[]): string {
  return parts
    .map((part) => (/^[a-zA-Z_]\w*$/.test(part) ? part : `\`${part.replaceAll(/[\\`]/g, '\\$&')}\``))
    .join('.');
}
