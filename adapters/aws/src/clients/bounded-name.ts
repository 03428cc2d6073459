import { cutName } from '@portolan/node';

/**
 * Names that adapters and resources have in common come from `resourceName`; AWS takes all of its characters, but not of
 * any length. These limits are the services' own.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html (tables: 255)
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html (queues: 80, `.fifo` included)
 * @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html (topics: 256)
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html (rules: 64)
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html (buckets: 63)
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigatewayv2-api.html (APIs: 128)
 */
export const maxNameLength = { table: 255, queue: 80, topic: 256, rule: 64, bucket: 63, api: 128 } as const;

/**
 * A name that fits its kind of resource.
 *
 * @throws {RangeError} that names it, its length and what to do: adapters find things by name, so none may be cut.
 */
export function boundedName(kind: keyof typeof maxNameLength, name: string): string {
  if (name.length <= maxNameLength[kind]) return name;
  throw new RangeError(
    `the ${kind} "${name}" has ${name.length} characters; AWS takes ${maxNameLength[kind]}: choose a shorter stage, service, port or function name`,
  );
}

/** A name that nobody looks up, cut to its kind's length. */
export const freeName = (kind: keyof typeof maxNameLength, name: string): string =>
  name.length <= maxNameLength[kind] ? name : cutName(name, name, maxNameLength[kind], { digits: 10 });
