import type { ObjectsHarness } from '@portolan/conformance';
import { once } from 'node:events';
import { request as open, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { AwsEngine } from '../aws-engine.ts';
import { messagingHarness } from '../messaging-harness.ts';
import { s3Buckets, type ObjectsEngines } from './objects-wiring.ts';

/**
 * Objects over engines that many harnesses share: each has a service, and so buckets and queues, of its own.
 *
 * @param queues - Of SQS; its clock is everybody's.
 */
export async function objectsHarness(
  queues: AwsEngine,
  engines: ObjectsEngines,
  timesFunctionTimeout?: number,
): Promise<ObjectsHarness> {
  const wiring = s3Buckets(engines, timesFunctionTimeout);
  const harness = await messagingHarness(queues, wiring);
  return {
    ...harness,
    request,
    async [Symbol.asyncDispose]() {
      await harness[Symbol.asyncDispose]();
      wiring[Symbol.dispose]();
    },
  };
}

/** The target as it is: `fetch` would tidy it up. */
const request: ObjectsHarness['request'] = async (url, { method = 'GET', headers = {}, body } = {}) => {
  const [, host, port, path] = /^http:\/\/([^:/]+):(\d+)(.*)$/.exec(url)!;
  const length = body === undefined ? {} : { 'content-length': body.length };
  const sent = open({ host, port, path, method, headers: { ...headers, ...length }, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: answer.statusCode!,
    headers: answer.headers as Readonly<Record<string, string>>,
    body: await buffer(answer),
  };
};
