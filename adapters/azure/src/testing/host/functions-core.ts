// The module `@azure/functions-core`, which exists only inside the Functions worker for Node: what @azure/functions asks its
// worker for. https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/types-core/index.d.ts
import type { FunctionMetadata, InvocationRequest, TypedData } from './rpc.ts';

type Callback = (...args: unknown[]) => unknown;
type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate';
type Hook = (context: object) => unknown;

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest<Uint8Array>;
  readonly metadata: FunctionMetadata;
  state: 'preInvocationHooks' | 'postInvocationHooks' | 'invocation' | undefined;
  log(level: string, category: string, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue?: TypedData<Uint8Array> | null }>;
}

export interface ProgrammingModel {
  readonly name: string;
  readonly version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

/** One app, as it is loaded. */
interface App {
  readonly functions: Map<string, { readonly metadata: FunctionMetadata; readonly callback: Callback }>;
  readonly hooks: Map<string, Set<Hook>>;
  locked: boolean;
}

const fresh = (): App => ({ functions: new Map(), hooks: new Map(), locked: false });
let model: ProgrammingModel | undefined;

/** For the worker: what has been registered since {@link startAnew}. */
export let current = fresh();

/** For the worker: forgets what was registered. A programming model stays. */
export function startAnew(): void {
  current = fresh();
}

export const version = '3.12.0';
export const hostVersion = '4.1044.0';

export class Disposable {
  readonly #dispose: () => unknown;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...all: readonly { dispose(): unknown }[]): Disposable {
    return new Disposable(() => all.forEach((one) => one.dispose()));
  }

  dispose(): unknown {
    return this.#dispose();
  }
}

export function registerFunction(metadata: FunctionMetadata, callback: Callback): Disposable {
  const { functions, locked } = current;
  const id = metadata.functionId ?? metadata.name;
  if (locked) throw new Error('A function can only be registered during app startup.');
  if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
  functions.set(id, { metadata: { ...metadata, functionId: id }, callback });
  return new Disposable(() => functions.delete(id));
}

export function registerHook(name: HookName, hook: Hook): Disposable {
  const hooks = current.hooks.get(name) ?? new Set();
  current.hooks.set(name, hooks.add(hook));
  return new Disposable(() => hooks.delete(hook));
}

export function setProgrammingModel(given: ProgrammingModel): void {
  model = given;
}

export function getProgrammingModel(): ProgrammingModel {
  if (model === undefined) throw new Error('the app has loaded no programming model');
  return model;
}

export function log(level: string, category: string, message: string): void {
  if (level !== 'debug' && level !== 'trace') process.stderr.write(`[${category}] ${level}: ${message}\n`);
}
