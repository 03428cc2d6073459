/** The part of an SDK client's configuration that all clients of these adapters share. */
export interface ClientSettings {
  readonly maxAttempts?: number;
  readonly retryMode?: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
    readonly httpAgent: { readonly keepAlive: true; readonly maxSockets: number };
    readonly httpsAgent: { readonly keepAlive: true; readonly maxSockets: number };
  };
}

/**
 * How clients behave that are bound by default. Region, endpoint and credentials come from where the SDK looks for them:
 * `AWS_REGION`, `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB` and the like.
 *
 * - Retries: the SDK's `standard` mode, 5 attempts in all; `AWS_RETRY_MODE` and `AWS_MAX_ATTEMPTS` say otherwise. A clock
 *   that is wrong is corrected by the SDK from the date of the service's answer.
 * - A connection must stand within 1 s and is kept alive for the next call; an answer must come within 10 s, which is
 *   longer than any call of these adapters lets the service wait, but for those of S3.
 *
 * @param requestTimeout - From the first byte of a request to the first of its answer; milliseconds.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export function clientSettings(
  env: Readonly<Record<string, string | undefined>> = process.env,
  requestTimeout = 10_000,
): ClientSettings {
  const agent = { keepAlive: true, maxSockets: 100 } as const;
  return {
    // Where the variables are set the SDK reads them itself: what is passed here would win over them.
    ...(env['AWS_MAX_ATTEMPTS'] === undefined ? { maxAttempts: 5 } : {}),
    ...(env['AWS_RETRY_MODE'] === undefined ? { retryMode: 'standard' } : {}),
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}
