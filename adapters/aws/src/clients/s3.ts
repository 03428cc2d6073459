import { S3Client } from '@aws-sdk/client-s3';
import { ContainerModule, type ServiceIdentifier } from 'inversify';
import { clientSettings } from './settings.ts';

/** Identifies the client of S3 in the container; a team's own module may rebind it. */
export const s3Token: ServiceIdentifier<S3Client> = Symbol.for('portolan/aws/s3');

/**
 * How the client of S3 behaves, beyond what all clients do.
 *
 * - An answer must come within a minute: a part of 8 MiB may have a slow line. How long its body may be silent is seen to
 *   where it is read: a limit of the socket would end slow readers, and calls that S3 takes a while for.
 * - No checksums beside the SHA-256 of each body that is signed, which S3 checks on arrival; S3 adds one of its own to
 *   what it keeps. The SDK's default would sign the checksum of an empty body into every URL to write by, which then
 *   takes no other, and cannot check the ranges that are read.
 * - Bodies are sent without asking first (`Expect: 100-continue`), for which the SDK opens a connection each.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
 */
export const s3Settings = (env?: Readonly<Record<string, string | undefined>>) =>
  ({
    ...clientSettings(env, 60_000),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false,
  }) as const;

/** One client of S3 for all adapters of a composition, built at first use. */
export const s3Module = new ContainerModule(({ bind }) => {
  bind<S3Client>(s3Token)
    .toDynamicValue(() => new S3Client(s3Settings()))
    .inSingletonScope()
    .onDeactivation((client) => client.destroy());
});
