// Runs a function app as the Functions worker for Node does, in a process of its own: loads the app's entry file, and calls
// its functions through the programming model of @azure/functions. In place of the host's gRPC channel it is asked over HTTP
// on loopback, with the same messages: POST /load, POST /invoke. Tests start it with startEngine, which makes its clock
// movable. https://github.com/Azure/azure-functions-nodejs-worker/blob/v3.x/src/eventHandlers/InvocationHandler.ts
import { sayListening } from '@portolan/conformance/engine';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import * as core from './functions-core.ts';
import { withBase64, withBytes, type InvocationRequest, type InvocationResponse } from './rpc.ts';

const coreUrl = new URL(`./functions-core${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@azure/functions-core' ? { url: coreUrl, shortCircuit: true } : next(specifier, context),
});

/** The app to load: its folder, and its entry file where no package.json says which that is. */
export interface AppPlace {
  readonly directory: string;
  readonly main?: string;
  /** Settings of the app. */
  readonly env: Readonly<Record<string, string>>;
}

let loads = 0;

async function load({ directory, main, env }: AppPlace): Promise<readonly unknown[]> {
  Object.assign(process.env, env);
  core.startAnew();
  const manifest = (): { readonly main?: string; readonly type?: string } =>
    JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as object;
  const entry = join(directory, main ?? manifest().main ?? '');
  const asModule =
    entry.endsWith('.mjs') || (!entry.endsWith('.cjs') && (main !== undefined || manifest().type === 'module'));
  if (asModule) await import(`${pathToFileURL(entry).href}?load=${++loads}`);
  else createRequire(entry)(entry);
  core.current.locked = true;
  await callHooks('appStart', { hookData: {}, appHookData: {}, functionAppDirectory: directory });
  await core.getProgrammingModel().getCapabilities?.({ RawHttpBodyBytes: 'true', RpcHttpBodyOnly: 'true' });
  return [...core.current.functions.values()].map(({ metadata }) => metadata);
}

async function callHooks(name: string, context: object): Promise<void> {
  for (const hook of core.current.hooks.get(name) ?? []) await hook(context);
}

async function invoke(given: InvocationRequest): Promise<InvocationResponse> {
  const { invocationId } = given;
  try {
    return { invocationId, result: { status: 'success' }, ...(await run(given)) };
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    return { invocationId, result: { status: 'failure', exception: { message, stackTrace: stack } } };
  }
}

async function run(given: InvocationRequest): Promise<Pick<InvocationResponse, 'returnValue'>> {
  const known = core.current.functions.get(given.functionId);
  if (known === undefined)
    throw new Error(`Function code for '${given.functionId}' is not loaded and cannot be invoked.`);
  const request = {
    ...given,
    inputData: given.inputData.map(({ name, data }) => ({ name, data: withBytes(data) })),
    triggerMetadata: Object.fromEntries(
      Object.entries(given.triggerMetadata).map(([name, data]) => [name, withBytes(data)]),
    ),
  };
  const context: core.CoreInvocationContext = {
    invocationId: given.invocationId,
    request,
    metadata: known.metadata,
    state: undefined,
    log: core.log,
  };
  const model = await core.getProgrammingModel().getInvocationModel(context);
  const { context: invocationContext, inputs } = await model.getArguments();
  const hookData = {};
  const before = { hookData, appHookData: {}, invocationContext, functionCallback: known.callback, inputs };
  context.state = 'preInvocationHooks';
  await callHooks('preInvocation', before);
  context.state = 'invocation';
  const outcome = await model.invokeFunction(invocationContext, before.inputs, before.functionCallback).then(
    (result) => ({ result, error: null as unknown }),
    (error: unknown) => ({ result: null, error }),
  );
  const after = { hookData, appHookData: {}, invocationContext, inputs: before.inputs, ...outcome };
  context.state = 'postInvocationHooks';
  await callHooks('postInvocation', after);
  context.state = undefined;
  if (after.error !== null) throw after.error;
  const { returnValue } = await model.getResponse(invocationContext, after.result);
  return { returnValue: returnValue ? withBase64(returnValue) : null };
}

const doors = { '/load': load, '/invoke': invoke } as Readonly<Record<string, (body: never) => Promise<unknown>>>;
const server = createServer((request, response) => {
  const answered = json(request).then((body) => doors[request.url!]!(body as never));
  answered.then(
    (answer) => response.end(JSON.stringify(answer)),
    (error: Error) => response.writeHead(500).end(error.stack),
  );
});
// Functions may take as long as the clock is moved: nobody's patience ends before theirs.
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => sayListening((server.address() as AddressInfo).port));
