import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { PortError, type Environment, type Stored, type TablePort, type WriteResult } from '@portolan/kernel';
import { pause, type Patience } from '../clients/pause.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { fromAttributes, hidden, type Attributes } from './attributes.ts';
import { conditionExpression, keyAttributes, type Item, type Step } from './steps.ts';

/** How long writers give way to each other before a call gives up with `conflict`: about 6 s in all on average. */
export const contention: Patience = { maxAttempts: 20, baseMs: 20, capMs: 1_000 };

/** Single items of one DynamoDB table. */
export class Rows {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly port: TablePort;
  readonly environment: Environment;
  /** The subject of error messages. */
  readonly what: string;

  constructor(client: DynamoDBClient, tableName: string, port: TablePort, environment: Environment) {
    this.client = client;
    this.tableName = tableName;
    this.port = port;
    this.environment = environment;
    this.what = `table "${port.name}"`;
  }

  now(): number {
    return this.environment.clock.now();
  }

  nextVersion(): string {
    return this.environment.ids.next();
  }

  async get(key: readonly string[]): Promise<Stored<Item> | undefined> {
    const command = new GetItemCommand({
      TableName: this.tableName,
      Key: keyAttributes(this.port, key),
      ConsistentRead: true,
    });
    const { Item: attributes } = await this.#sent(() => this.client.send(command));
    return attributes && this.live(attributes);
  }

  /** What an item's attributes say; `undefined` once it has expired. */
  live(attributes: Attributes, now = this.now()): Stored<Item> | undefined {
    const version = attributes[hidden.version]?.S;
    const expiresAt = attributes[hidden.expiresAt]?.N;
    if (version === undefined) throw new PortError('corrupted', `${this.what}: an item has no version`);
    if (expiresAt !== undefined && Number(expiresAt) <= now) return undefined;
    const item = fromAttributes(attributes, this.what);
    return { item, version, ...(expiresAt === undefined ? {} : { expiresAt: Number(expiresAt) }) };
  }

  /** Writes or removes one item, if its condition holds. */
  async write(step: Step): Promise<WriteResult> {
    const { key, draft } = step;
    const condition = conditionExpression(this.port, step.condition, this.now());
    const common = {
      TableName: this.tableName,
      ...condition,
      ...(step.condition === undefined ? {} : { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }),
    };
    const version = draft?.version ?? this.nextVersion();
    return this.giveWay(async () => {
      try {
        if (draft === undefined)
          await this.client.send(new DeleteItemCommand({ ...common, Key: keyAttributes(this.port, key) }));
        else await this.client.send(new PutItemCommand({ ...common, Item: draft.attributes }));
        return { kind: 'written', version };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        // The SDK repeats what got no answer: the second time, the condition fails on what the first has written.
        if (draft !== undefined && error.Item?.[hidden.version]?.S === version) return { kind: 'written', version };
        if (draft === undefined && error.Item === undefined && (error.$metadata.attempts ?? 1) > 1)
          throw new PortError('timeout', `${this.what}: a removal got no answer and may have happened`, {
            cause: error,
          });
        return { kind: 'conflict' };
      }
    });
  }

  /**
   * Runs a call again while a transaction of others has its items.
   *
   * @throws {PortError} `conflict` when they kept them for too long.
   */
  async giveWay<T>(run: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#sent(run);
      } catch (error) {
        if ((error as PortError).code !== 'conflict' || attempt === contention.maxAttempts) throw error;
        await pause(attempt, this.environment.random, contention);
      }
    }
  }

  async #sent<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw portErrorOf(error, this.what);
    }
  }
}
