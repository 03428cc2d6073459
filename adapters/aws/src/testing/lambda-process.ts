import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { functionArnOf } from './aws-engine.ts';

export interface LambdaProcessOptions {
  /** The folder of the artefact. */
  readonly taskRoot: string;
  /** `main.api` */
  readonly handler: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The function's timeout, after which its process is ended; milliseconds. @default 30,000 */
  readonly timeoutMs?: number;
}

/** How Lambda reports an invocation that failed. */
export class LambdaError extends Error {
  override readonly name = 'LambdaError';
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(`${errorType}: ${message}`);
    this.errorType = errorType;
  }
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One function, as built, in a process of its own that speaks to a double of Lambda's Runtime API. One event at a time; the
 * process starts with the first and is started again after one that it did not survive.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class LambdaProcess implements AsyncDisposable {
  readonly #options: LambdaProcessOptions;
  readonly #server: Server;
  readonly #waiting: Invocation[] = [];
  /** The runtime that asks for an event while there is none. */
  #asking: ServerResponse | undefined;
  #underWay: Invocation | undefined;
  #timer: NodeJS.Timeout | undefined;
  #child: ChildProcess | undefined;
  #written = '';
  /** What functions wrote, for tests that fail. */
  get log(): string {
    return this.#written;
  }

  constructor(options: LambdaProcessOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** @throws {LambdaError} as Lambda would report it. */
  async invoke(event: unknown): Promise<unknown> {
    await this.#start();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: randomUUID(), event: JSON.stringify(event), resolve, reject });
      this.#hand();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#child?.removeAllListeners('exit');
    this.#child?.kill('SIGKILL');
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #start(): Promise<void> {
    if (!this.#server.listening) {
      await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    }
    if (this.#child !== undefined) return;
    const { taskRoot, handler, env = {} } = this.#options;
    const child = spawn(process.execPath, [fileURLToPath(new URL('./lambda-bootstrap.ts', import.meta.url))], {
      env: {
        PATH: process.env['PATH'],
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${(this.#server.address() as AddressInfo).port}`,
        _HANDLER: handler,
        LAMBDA_TASK_ROOT: taskRoot,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (this.#written = `${this.#written}${chunk.toString()}`.slice(-20_000)));
    child.once('exit', (code) =>
      this.#ended(child, new LambdaError('Runtime.ExitError', `Runtime exited with code ${code}`)),
    );
    this.#child = child;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const [, , area, id, what] = request.url!.slice('/2018-06-01'.length).split('/');
    if (area === 'invocation' && id === 'next') {
      this.#asking = response;
      return this.#hand();
    }
    response.writeHead(202).end();
    if (area === 'init') return this.#fail(body);
    const done = this.#underWay;
    if (done?.id !== id) return;
    this.#underWay = undefined;
    clearTimeout(this.#timer);
    if (what === 'response') done!.resolve(JSON.parse(body));
    else done!.reject(faultIn(body));
  }

  #hand(): void {
    const response = this.#asking;
    if (response === undefined || this.#underWay !== undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    const { timeoutMs = 30_000 } = this.#options;
    this.#underWay = next;
    this.#asking = undefined;
    this.#timer = setTimeout(() => {
      const why = `Task timed out after ${(timeoutMs / 1_000).toFixed(2)} seconds`;
      this.#ended(this.#child, new LambdaError('Sandbox.Timedout', why));
    }, timeoutMs);
    const headers = {
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
      'lambda-runtime-invoked-function-arn': functionArnOf('f'),
      'content-type': 'application/json',
    };
    response.writeHead(200, headers).end(next.event);
  }

  /** The process could not load the function: everything that waits for it fails, and the next call starts anew. */
  #fail(body: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(faultIn(body));
  }

  #ended(child: ChildProcess | undefined, error: LambdaError): void {
    if (child !== this.#child) return;
    clearTimeout(this.#timer);
    child?.removeAllListeners('exit');
    child?.kill('SIGKILL');
    this.#child = undefined;
    this.#asking = undefined;
    this.#underWay?.reject(error);
    this.#underWay = undefined;
    if (this.#waiting.length > 0) void this.#start();
  }
}

function faultIn(body: string): LambdaError {
  const { errorType, errorMessage } = JSON.parse(body) as { readonly errorType: string; readonly errorMessage: string };
  return new LambdaError(errorType, errorMessage);
}
