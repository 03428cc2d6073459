import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { clientConfig, type AwsEngine } from './aws-engine.ts';

interface Rule {
  readonly pattern: Pattern;
  readonly targets: string[];
}
interface Pattern {
  readonly [field: string]: readonly Wanted[] | Pattern;
}
/** One of the values that a field may have, or what it may begin with. */
type Wanted = string | { readonly prefix: string };
interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Bytes of all entries of one request. */
const maxRequestBytes = 262_144;

export interface EventBridgeDouble extends Pick<AwsEngine, 'port'>, AsyncDisposable {
  /** Takes an event that a service of AWS tells of itself, whole. */
  tell(event: object): Promise<void>;
}

/**
 * Our own reading of EventBridge's wire: rules with patterns of listed values and prefixes, targets that are queues of an
 * SQS engine, and events that are delivered to those before they are answered.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export async function eventBridgeDouble(engine: AwsEngine): Promise<EventBridgeDouble> {
  const sqs = new SQSClient(clientConfig(engine));
  const rules = new Map<string, Rule>();
  const operations: Readonly<Record<string, (input: never) => unknown>> = {
    PutRule({ Name, EventPattern }: { readonly Name: string; readonly EventPattern: string }) {
      rules.set(Name, { pattern: checked(JSON.parse(EventPattern) as Pattern), targets: [] });
      return { RuleArn: `arn:aws:events:eu-central-1:000000000000:rule/${Name}` };
    },
    PutTargets({ Rule: name, Targets }: { readonly Rule: string; readonly Targets: readonly { Arn: string }[] }) {
      const rule = rules.get(name);
      if (rule === undefined) throw new Refusal('ResourceNotFoundException', `Rule ${name} does not exist.`);
      rule.targets.push(...Targets.map(({ Arn }) => Arn));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    async PutEvents({ Entries }: { readonly Entries: readonly Entry[] }) {
      const bytes = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
      if (bytes > maxRequestBytes)
        throw new Refusal('ValidationException', 'Total size of the entries in the request is over the limit.');
      const results = await Promise.all(Entries.map((entry) => publish(entry)));
      return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
    },
  };
  const publish = async ({ Source, DetailType, Detail }: Entry) => {
    const detail = parsed(Detail);
    if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
    const id = randomUUID();
    const event = {
      version: '0', id, 'detail-type': DetailType, source: Source, account: '000000000000',
      time: new Date(engine.now()).toISOString().replace(/\.\d+Z$/, 'Z'), region: 'eu-central-1', resources: [], detail,
    }; // prettier-ignore
    await tell(event);
    return { EventId: id };
  };
  const tell = async (event: object): Promise<void> => {
    const wanting = [...rules.values()].filter(({ pattern }) => matches(pattern, event));
    await Promise.all(wanting.flatMap(({ targets }) => targets.map((arn) => deliver(sqs, arn, JSON.stringify(event)))));
  };
  const server = createServer((request, response) => {
    void answer(operations, request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    tell,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      sqs.destroy();
    },
  };
}

class Refusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

async function answer(operations: Readonly<Record<string, (input: never) => unknown>>, request: IncomingMessage) {
  const target = String(request.headers['x-amz-target']);
  try {
    const operation = operations[target.replace('AWSEvents.', '')];
    if (operation === undefined) throw new Refusal('UnknownOperationException', `${target} is not part of this double`);
    return { status: 200, body: await operation(JSON.parse(await text(request)) as never) };
  } catch (error) {
    if (error instanceof Refusal) return { status: 400, body: { __type: error.type, message: error.message } };
    return { status: 500, body: { __type: 'InternalException', message: String(error) } };
  }
}

async function deliver(sqs: SQSClient, queueArn: string, event: string): Promise<void> {
  // Of characters beyond U+FFFF fauxqs takes but the escapes of JSON.
  const MessageBody = event.replaceAll(/[\ud800-\udfff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueArn.split(':').at(-1)! }));
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
}

/** Refuses what this double could not match: patterns other than listed texts and prefixes. */
function checked(pattern: Pattern): Pattern {
  for (const [field, part] of Object.entries(pattern)) {
    const listed = Array.isArray(part) && part.length > 0 && part.every(isWanted);
    if (listed) continue;
    if (typeof part !== 'object' || Array.isArray(part))
      throw new Refusal('InvalidEventPatternException', `Event pattern is not valid at ${field}`);
    checked(part as Pattern);
  }
  return pattern;
}

function matches(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, part]) => {
    const value = (event as Record<string, unknown> | undefined)?.[field];
    if (Array.isArray(part)) return part.some((wanted: Wanted) => fits(wanted, value));
    return typeof value === 'object' && value !== null && matches(part as Pattern, value);
  });
}

function isWanted(value: unknown): value is Wanted {
  if (typeof value === 'string') return true;
  const { prefix } = (value ?? {}) as { readonly prefix?: unknown };
  // EventBridge knows no empty prefix.
  return typeof prefix === 'string' && prefix !== '' && Object.keys(value as object).length === 1;
}

function fits(wanted: Wanted, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  return typeof wanted === 'string' ? wanted === value : value.startsWith(wanted.prefix);
}

function parsed(detail: string): unknown {
  try {
    const value: unknown = JSON.parse(detail);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const sizeOf = ({ Source, DetailType, Detail }: Entry): number =>
  Buffer.byteLength(Source) + Buffer.byteLength(DetailType) + Buffer.byteLength(Detail);
