import { resourceName } from '@portolan/node';

/**
 * The name of the bucket behind a port: `pricing-archive-my-project-1`. Buckets of all the world share one space of names,
 * so that the project's id, which is as unique, makes it this project's own.
 *
 * @param project - Its id.
 * @throws {RangeError} for a name that Cloud Storage does not take: over 63 letters, with a dot or a colon, as ids of
 *   projects have that belong to a domain, beginning with `goog`, or with "google" in it. Name the bucket then.
 * @see https://cloud.google.com/storage/docs/buckets#naming
 */
export function bucketName(
  service: string,
  port: string,
  project: string,
  env?: Readonly<Record<string, string | undefined>>,
): string {
  return checkBucketName(resourceName(service, port, project, env));
}

/** @throws {RangeError} as {@link bucketName}. */
export function checkBucketName(name: string): string {
  const fault = faultOf(name);
  if (fault === undefined) return name;
  throw new RangeError(`"${name}" is no name for a bucket: ${fault}; cloudStorageObjects({ bucket }) takes another`);
}

function faultOf(name: string): string | undefined {
  if (name.length < 3 || name.length > 63) return `it has ${name.length} letters, and must have 3 to 63`;
  if (!/^[a-z0-9][a-z0-9_-]*[a-z0-9]$/.test(name))
    return 'it must have a-z, 0-9, "-" and "_", with a letter or digit at its ends';
  if (name.startsWith('goog') || name.includes('google')) return 'it begins with "goog" or holds "google"';
  return undefined;
}
