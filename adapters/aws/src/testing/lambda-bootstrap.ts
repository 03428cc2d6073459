// What the Lambda runtime does with a function, in a process of its own: loads the artefact, then asks the Runtime API for
// one event after the other. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Context {
  readonly awsRequestId: string;
  readonly invokedFunctionArn: string;
  getRemainingTimeInMillis(): number;
}
type Handler = (event: unknown, context: Context) => Promise<unknown>;

const api = `http://${process.env['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime`;
const [file = '', name = ''] = (process.env['_HANDLER'] ?? '').split('.');

/** Errors as Lambda reports them. */
const fault = (error: unknown) => {
  const { name: errorType, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return JSON.stringify({ errorType, errorMessage: message, trace: stack.split('\n') });
};

const post = (path: string, body: string) => fetch(`${api}/${path}`, { method: 'POST', body });

async function load(): Promise<Handler> {
  const root = process.env['LAMBDA_TASK_ROOT']!;
  const loaded = createRequire(join(root, 'x'))(join(root, `${file}.cjs`)) as Record<string, unknown>;
  const handler = loaded[name];
  if (typeof handler === 'function') return handler as Handler;
  throw Object.assign(new Error(`${file}.${name} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    const next = await fetch(`${api}/invocation/next`);
    const id = next.headers.get('lambda-runtime-aws-request-id')!;
    const deadlineMs = Number(next.headers.get('lambda-runtime-deadline-ms'));
    const invokedFunctionArn = next.headers.get('lambda-runtime-invoked-function-arn')!;
    const context = { awsRequestId: id, invokedFunctionArn, getRemainingTimeInMillis: () => deadlineMs - Date.now() };
    try {
      const result = await handler(await next.json(), context);
      await post(`invocation/${id}/response`, JSON.stringify(result ?? null));
    } catch (error) {
      await post(`invocation/${id}/error`, fault(error));
    }
  }
}

let handler: Handler;
try {
  handler = await load();
} catch (error) {
  await post('init/error', fault(error));
  process.exit(1);
}
await serve(handler);
