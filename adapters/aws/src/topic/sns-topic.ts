import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { adapter, type Opening } from '@portolan/composition';
import { carriedOverheadBytes, kibibytes, unpackCarried, type TopicPort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';
import { placeOf } from '../clients/account.ts';
import { boundedName } from '../clients/bounded-name.ts';
import { snsModule, snsToken } from '../clients/sns.ts';
import { sqsModule, sqsWhenNeeded } from '../clients/sqs.ts';
import { portErrorOf } from '../errors/port-error.ts';
import { subscriptionTrigger } from '../queue/subscriptions.ts';
import { SpreadTopic } from './spread-topic.ts';

export interface SnsTopicOptions {
  /** The topic's ARN. @default made of the client's region, the account of its credentials, and the port's name */
  readonly topicArn?: string;
}

/**
 * Topics in SNS, standard ones: each subscription is an SQS queue of its own that gets the message as it is.
 *
 * - A message has at most 256 KB, of which the adapter takes 1.5 KiB.
 *   See https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * - SNS finds topics by ARN alone, which holds the account's number. A function on Lambda knows that, and the SDK where
 *   `AWS_ACCOUNT_ID` is set or the credentials' source tells it; elsewhere `topicArn` has to be given.
 */
export const snsTopic = (options: SnsTopicOptions = {}) =>
  adapter({
    kind: 'topic',
    cloud: 'aws',
    name: 'snsTopic',
    guarantees: {},
    limits: {
      maxEventBytes: {
        max: kibibytes(256) - carriedOverheadBytes,
        wayOut: 'declare smaller events, and publish a reference to what is large in an objects port',
      },
    },
    modules: [snsModule, sqsModule],
    needs: [snsToken, sqsWhenNeeded],
    triggers: subscriptionTrigger,
    open: ({ service, port, environment }: Opening<TopicPort>, sns: SNSClient, sqs: () => SQSClient) => {
      const what = `topic "${port.name}"`;
      let arn: Promise<string> | undefined;
      const publish = async (Message: string): Promise<void> => {
        try {
          arn ??= options.topicArn === undefined ? arnOf(sns, snsTopicName(service, port)) : Promise.resolve(options.topicArn); // prettier-ignore
          await sns.send(new PublishCommand({ TopicArn: await arn, Message }));
        } catch (error) {
          throw portErrorOf(error, what);
        }
      };
      return new SpreadTopic(service, port, environment, sqs, { publish, read: unpackCarried });
    },
  });

/** @throws {RangeError} for a name that is too long. */
export const snsTopicName = (
  service: string,
  port: TopicPort,
  env?: Readonly<Record<string, string | undefined>>,
): string => boundedName('topic', resourceName(service, port.name, undefined, env));

async function arnOf(sns: SNSClient, name: string): Promise<string> {
  const { region, accountId } = await placeOf(sns, `topic "${name}"`, 'give snsTopic the topicArn');
  return `arn:${partitionOf(region)}:sns:${region}:${accountId}:${name}`;
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
