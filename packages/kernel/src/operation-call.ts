import type { Context } from './context.ts';
import { PortError } from './errors.ts';
import { problem, type AnyOperation, type FieldProblem, type Operations, type Reply } from './operation.ts';
import type { Granted, Grants } from './port.ts';
import { parse, parseStored } from './schema.ts';
import type { Trace } from './trace.ts';

/** The raw parts of one call, before validation. */
export interface OperationCall {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly trace?: Partial<Trace> | undefined;
  /** When the caller stops waiting, milliseconds since 1970. */
  readonly deadlineAt?: number;
  /** Checks the answer against the operation's own schema: on in tests, where a wrong answer must be loud. */
  readonly checkReply?: boolean;
}

type AnyHandler = (input: unknown, ports: Granted<Grants>, context: Context) => Promise<Reply>;

/** Validates a call, runs its handler, and turns failures of ports into problems. Faults of code are thrown. */
export async function callOperation(
  operations: Operations,
  handlers: unknown,
  name: string,
  call: OperationCall,
  ports: Granted<Grants>,
  context: Context,
): Promise<Reply> {
  const operation = operations[name];
  if (operation === undefined) throw new TypeError(`there is no operation "${name}"`);
  const input = readInput(operation, call);
  if (input.kind === 'problem') return input;
  try {
    const reply = await (handlers as Record<string, AnyHandler>)[name]!(input, ports, context);
    return call.checkReply === true ? checkReply(operation, name, reply) : reply;
  } catch (error) {
    const answer = problemOf(error);
    if (answer === undefined) throw error;
    context.log.warn('operation failed', { operation: name, code: (error as PortError).code, reason: String(error) });
    return answer;
  }
}

type Input = { readonly kind: 'input'; readonly params: unknown; readonly query: unknown; readonly body: unknown };

function readInput(operation: AnyOperation, call: OperationCall): Input | ReturnType<typeof problem<'invalid'>> {
  const values: Record<string, unknown> = {};
  const errors: FieldProblem[] = [];
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = operation[part];
    if (schema === undefined) continue;
    const parsed = parse(schema, call[part]);
    if (parsed.kind === 'valid') values[part] = parsed.value;
    else errors.push(...parsed.issues.map(({ path, message }) => fieldProblem(part, path, call[part], message)));
  }
  if (errors.length === 0)
    return { kind: 'input', params: values['params'], query: values['query'], body: values['body'] };
  const first = errors[0]!;
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`;
  return problem('invalid', `${first.field}: ${first.expected}${more}`, { errors: errors.slice(0, 100) });
}

function fieldProblem(part: string, path: string, input: unknown, expected: string): FieldProblem {
  let value: unknown = input;
  for (const step of path === '' ? [] : path.split('.'))
    value = (value as Record<string, unknown> | null | undefined)?.[step];
  return {
    field: path === '' ? part : `${part}.${path}`,
    ...(value === undefined ? {} : { value: shorten(value) }),
    expected,
  };
}

/** Enough of a value to recognise it; a problem must not repeat 256 KiB of input. */
function shorten(value: unknown): unknown {
  const json = JSON.stringify(value) ?? 'null';
  if (json.length <= 200) return value;
  return `${(typeof value === 'string' ? value : json).slice(0, 200)}…`;
}

function problemOf(error: unknown): Reply | undefined {
  if (!(error instanceof PortError)) return undefined;
  if (error.code === 'too-large') return problem('too-large', error.message);
  if (error.code === 'invalid') return problem('invalid', error.message);
  if (!error.retryable) return undefined;
  return problem('unavailable', 'The service could not finish this just now; try again.', { retryAfterMs: 1_000 });
}

function checkReply(operation: AnyOperation, name: string, reply: Reply): Reply {
  if (reply.kind === 'problem') return reply;
  const schema = operation.replies[reply.kind];
  if (schema === undefined) throw new TypeError(`operation "${name}" does not declare the reply "${reply.kind}"`);
  return {
    ...reply,
    ...(reply.kind === 'empty' ? {} : { body: parseStored(schema, reply.body, `reply of "${name}"`) }),
  };
}
