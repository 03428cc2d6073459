import { apiGatewayChannel, dynamodbTable, eventBridgeTopic, lambda, s3Objects, sqsQueue } from '@portolan/aws';
import { pricing } from '@portolan/pricing';

/** What stands behind each port on AWS. */
export const bindings = {
  products: dynamodbTable(),
  tickers: dynamodbTable(),
  trades: dynamodbTable(),
  claims: dynamodbTable(),
  summaries: dynamodbTable(),
  marks: dynamodbTable(),
  retirements: dynamodbTable(),
  feeds: dynamodbTable(),
  archive: s3Objects(),
  rebuilds: sqsQueue(),
  revisions: eventBridgeTopic(),
  // Of a slow client it drops what comes last, be it the newest candle.
  live: apiGatewayChannel(),
};

export const { api, live, close, archive, retire } = lambda(pricing, bindings);
