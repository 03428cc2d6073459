import type { Schema } from '@portolan/kernel';

/** A schema that takes every value as it is: what these tests are about is the engine, not the validator. */
export function anything<T>(): Schema<T> {
  return { '~standard': { version: 1, vendor: 'portolan', validate: (value) => ({ value: value as T }) } };
}
