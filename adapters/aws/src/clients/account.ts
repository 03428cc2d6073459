import { PortError } from '@portolan/kernel';

/** The part of an SDK client that knows where, and as whom, it calls. */
interface Placed {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly credentials: () => Promise<{ readonly accountId?: string | undefined }>;
  };
}

/** An account in a region: the half of many names that a function is not told. */
export interface AccountPlace {
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/** Of the function that this process runs, once it was called: what a variable would say if Lambda set one. */
let ofFunction: string | undefined;

/**
 * Notes the account that a function runs in. Lambda sets no variable for it, nor do a role's credentials tell it there; each
 * call does.
 *
 * @param functionArn - `arn:aws:lambda:<region>:<account>:function:<name>`, as the runtime's context has it; a caller other than
 *   Lambda may know none.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 */
export function noteAccount(functionArn: string | undefined): void {
  ofFunction ??= /^arn:[^:]+:lambda:[^:]+:(\d{12}):/.exec(functionArn ?? '')?.[1];
}

/**
 * Where a client calls. The SDK knows the account where `AWS_ACCOUNT_ID` is set or the source of the credentials tells it;
 * on Lambda it is that of the function.
 *
 * @param wayOut - What else could be given, as the end of a sentence.
 * @throws {PortError} `invalid` where the account is not known.
 */
export async function placeOf(client: Placed, what: string, wayOut: string): Promise<AccountPlace> {
  const [region, credentials] = await Promise.all([client.config.region(), client.config.credentials()]);
  const accountId = credentials.accountId ?? ofFunction;
  if (accountId !== undefined) return { region, accountId };
  throw new PortError('invalid', `${what}: the account is not known; set AWS_ACCOUNT_ID, or ${wayOut}`);
}
