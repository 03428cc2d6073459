import { cutName } from '@portolan/node';

/**
 * A resource's name as queues and containers may be called: 3 to 63 of a-z, 0-9 and single hyphens inside. One that does not
 * fit is cut, and ends in eight characters of a hash.
 *
 * @param maxLength - At most 63; less where something is put behind the name.
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-queues-and-metadata
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
 */
export function storageName(resource: string, maxLength: number): string {
  if (/^[a-z0-9](-?[a-z0-9])+$/.test(resource) && resource.length >= 3 && resource.length <= maxLength) return resource;
  const fitting = resource
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
  return cutName(fitting, resource, maxLength);
}
