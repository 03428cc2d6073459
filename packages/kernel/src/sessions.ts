import type { ChannelPort, Opening, PushOptions, Sessions } from './channel.ts';
import type { Context, Log } from './context.ts';
import { encodeMessage } from './encode-message.ts';
import { PortError, reasonOf } from './errors.ts';
import type { SocketHandlers, Trigger } from './function.ts';
import { problem, type Problem } from './operation.ts';
import type { Granted, Grants } from './port.ts';
import { describeIssues, parse } from './schema.ts';
import type { Trace } from './trace.ts';
import { utf8Bytes } from './units.ts';

type Begin = (parent: Partial<Trace> | undefined, deadlineAt: number) => [Granted<Grants>, Context];

/** Most groups that one connection may be in. */
const maxGroups = 50;

/** Binds the handlers of a channel's function: parses what clients sent, and turns what goes wrong into problems. */
export function sessionsOf(
  { port, query: schema }: Extract<Trigger, { kind: 'channel' }>,
  handler: unknown,
  begin: Begin,
  log: Log,
): Sessions {
  const handlers = handler as SocketHandlers<unknown, unknown, Grants>;
  const failed = (what: string, error: unknown): void =>
    log.error(`${what} failed`, { port: port.name, reason: reasonOf(error) });

  return {
    async connect({ connection, query, headers, trace, deadlineAt = Infinity }) {
      const parsed = schema === undefined ? ({ kind: 'valid', value: undefined } as const) : parse(schema, query);
      if (parsed.kind === 'invalid') return problem('invalid', describeIssues(parsed.issues, 'query'));
      const opening: Opening<unknown> = { connection, query: parsed.value, headers };
      try {
        const answer = await handlers.connect(opening, ...begin(trace, deadlineAt));
        if (answer.kind === 'welcome') checkGroups(answer.groups);
        return answer;
      } catch (error) {
        failed('connecting', error);
        return problem('unavailable', 'The connection could not be made just now; try again.', { retryAfterMs: 1_000 });
      }
    },
    async message({ connection, trace, deadlineAt = Infinity }, text) {
      const bytes = utf8Bytes(text);
      if (bytes > port.maxMessageBytes) {
        return problemFrame(problem('too-large', `A message has ${bytes} bytes; at most ${port.maxMessageBytes} fit.`));
      }
      const incoming = handlers.message === undefined ? undefined : port.incoming;
      if (incoming === undefined) return problemFrame(problem('invalid', 'Nothing is to be sent on this connection.'));
      const json = jsonOf(text);
      if (json === undefined) return problemFrame(problem('invalid', 'A message must be JSON.'));
      const parsed = parse(incoming, json.value);
      if (parsed.kind === 'invalid') return problemFrame(problem('invalid', describeIssues(parsed.issues, 'message')));
      try {
        await handlers.message!({ connection, message: parsed.value }, ...begin(trace, deadlineAt));
        return undefined;
      } catch (error) {
        if (error instanceof PortError && error.code === 'invalid')
          return problemFrame(problem('invalid', error.message));
        failed('a message', error);
        return problemFrame(problem('unavailable', 'The message could not be handled just now; send it again.'));
      }
    },
    async disconnect({ connection, trace, deadlineAt = Infinity }) {
      try {
        await handlers.disconnect?.({ connection }, ...begin(trace, deadlineAt));
      } catch (error) {
        failed('disconnecting', error);
      }
    },
  };
}

/** @throws {PortError} `invalid` unless `group` is one that channels allow. */
export function checkGroup(group: string): void {
  if (/^[\w.:-]{1,100}$/.test(group)) return;
  throw new PortError(
    'invalid',
    `group ${JSON.stringify(group)} must be 1 to 100 of A-Z, a-z, 0-9 and "_", ".", ":", "-"`,
  );
}

/** @throws {PortError} `invalid` for a malformed group, and for more than a connection may be in. */
function checkGroups(groups: readonly string[]): void {
  groups.forEach(checkGroup);
  checkGroupCount(new Set(groups).size);
}

/** @throws {PortError} `invalid` for more groups than one connection may be in. */
export function checkGroupCount(count: number): void {
  if (count > maxGroups) throw new PortError('invalid', `a connection may be in ${maxGroups} groups, not in ${count}`);
}

/**
 * A message to clients as JSON, checked against its port.
 *
 * @throws {PortError} `invalid` for a malformed key and for what JSON cannot carry; `too-large` over `maxMessageBytes`.
 */
export function encodePush(port: ChannelPort, message: unknown, { key }: PushOptions = {}): string {
  if (key !== undefined && (key.length < 1 || key.length > 100))
    throw new PortError('invalid', `channel "${port.name}": a key of ${key.length} characters; 1 to 100 are allowed`);
  return encodeMessage(port, message, port.maxMessageBytes);
}

/** What a client is answered with whose message could not be taken. */
export const problemFrame = ({ problem: kind, detail }: Problem): string =>
  JSON.stringify({ type: 'problem', problem: kind, detail });

function jsonOf(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
