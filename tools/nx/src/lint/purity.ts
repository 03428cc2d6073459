import type { ProjectType } from '../placement.ts';

/** Projects whose code computes only: time, ids, randomness, logs and I/O come in as ports or data. */
export const pureTypes: readonly ProjectType[] = ['kernel', 'composition', 'domain'];

/** The npm packages that pure projects may import, each with the reason it is there. Anything else is refused. */
export const allowedPackages: Readonly<Record<'kernel' | 'composition' | 'domain', Readonly<Record<string, string>>>> =
  {
    kernel: {},
    composition: {
      inversify: 'the container behind every composition root; computes only, resolves what it is given',
      'reflect-metadata': 'inversify 8 reads it at load; defines properties, nothing else',
    },
    domain: {
      zod: 'schemas at the edge of the domain; pure parsing',
      '@noble/hashes': 'SHA-256 in plain code, to tell one request body from another; it computes only',
      fflate: 'gzip in plain code, so that equal texts are equal bytes everywhere; it computes only',
      croner: 'cron patterns; given a date, it computes the next, and is never asked for the current one',
    },
  };

/** Workspace packages that pure projects may import besides their own files. */
export const allowedWorkspace: Readonly<Record<'kernel' | 'composition' | 'domain', readonly string[]>> = {
  kernel: [],
  composition: ['@portolan/kernel'],
  domain: ['@portolan/kernel'],
};

/** Only doubles and builders (`src/testing`) may also build on the kernel's. */
export const allowedInTesting: readonly string[] = ['@portolan/kernel/testing'];

/**
 * The globals pure code may use: the language's own, and a few web classes that compute. What is not here is ambient
 * (process, console, fetch, crypto, timers, globalThis ...), waits (Atomics), or evaluates text (eval, Function).
 */
export const allowedGlobals: ReadonlySet<string> = new Set(
  `AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  Float32Array Float64Array Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object
  Promise Proxy RangeError ReferenceError Reflect RegExp Set String Symbol SyntaxError TypeError URIError Uint16Array
  Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI encodeURIComponent
  isFinite isNaN parseFloat parseInt undefined
  AbortController AbortSignal ReadableStream TextDecoder TextEncoder TransformStream URL URLSearchParams WritableStream
  structuredClone`.split(/\s+/),
);

/** Globals that doubles (`src/testing`) may use as well, each with its reason. */
export const globalsInTesting: Readonly<Record<string, string>> = {
  setImmediate: 'lets every continuation that is ready run before a virtual clock moves on; no time passes',
};

/** Members of allowed globals that read the clock, chance or a timer. */
export const ambientMembers: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  AbortSignal: ['timeout'],
};

/** Methods that read the machine's time zone or locale, on whatever object: pure code uses the UTC or explicit ones. */
export const machineSettings: ReadonlySet<string> = new Set([
  'getDate',
  'getDay',
  'getFullYear',
  'getHours',
  'getMinutes',
  'getMonth',
  'getTimezoneOffset',
  'toLocaleDateString',
  'toLocaleString',
  'toLocaleTimeString',
]);
