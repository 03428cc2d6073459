import { http, ok, operation, service } from '@portolan/kernel';
import { lambda } from '@portolan/aws';
import * as z from 'zod';
import { median } from './cold-start.ts';

const Body = z.object({ text: z.string(), count: z.number().int() });
const echo = operation({ method: 'POST', path: '/echo', summary: 'Echo', body: Body, replies: { ok: Body } });
const subject = service(
  'echo',
  {},
  { api: http('/echo/v1', { echo }, {}, { echo: async ({ body }) => ok({ text: body.text, count: body.count + 1 }) }) },
);

const event = {
  version: '2.0',
  rawPath: '/echo/v1/echo',
  rawQueryString: '',
  headers: { 'content-type': 'application/json', accept: '*/*', host: 'abc.execute-api.eu-central-1.amazonaws.com' },
  requestContext: {
    http: { method: 'POST', path: '/echo/v1/echo' },
    stage: '$default',
    domainName: 'abc.execute-api.eu-central-1.amazonaws.com',
  },
  body: JSON.stringify({ text: 'hello', count: 1 }),
  isBase64Encoded: false,
};

/** The same operation by hand: parse, validate by the same schema, answer. */
async function byHand(given: typeof event): Promise<unknown> {
  const parsed = Body.safeParse(JSON.parse(given.body));
  if (!parsed.success) return { statusCode: 400, body: JSON.stringify(parsed.error.issues) };
  const { text, count } = parsed.data;
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, count: count + 1 }),
  };
}

/** Microseconds a call, medians of rounds that take turns. */
export async function httpOverhead(
  rounds = 9,
  calls = 20_000,
): Promise<{ readonly hostUs: number; readonly byHandUs: number }> {
  const { api } = lambda(subject, {});
  const invokedFunctionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:api';
  const context = { getRemainingTimeInMillis: () => 30_000, invokedFunctionArn };
  const answer = (await api(event, context)) as { readonly statusCode: number };
  if (answer.statusCode !== 200) throw new Error(`the host answered ${answer.statusCode}`);
  const timed = async (call: () => Promise<unknown>): Promise<number> => {
    const startedMs = performance.now();
    for (let made = 0; made < calls; made++) await call();
    return ((performance.now() - startedMs) * 1_000) / calls;
  };
  const host: number[] = [];
  const hand: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const [hostUs, handUs] = [await timed(() => api(event, context)), await timed(() => byHand(event))];
    if (round > 0) {
      host.push(hostUs);
      hand.push(handUs);
    }
  }
  return { hostUs: median(host), byHandUs: median(hand) };
}
