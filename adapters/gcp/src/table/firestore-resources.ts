import type { TablePort } from '@portolan/kernel';
import { resourceName } from '@portolan/node';

/**
 * How one field of a collection is indexed; fields that are not named keep Firestore's own index in either direction.
 *
 * @see https://cloud.google.com/firestore/docs/reference/rest/v1/projects.databases.collectionGroups.fields
 */
export interface FirestoreFieldResource {
  readonly kind: 'firestore-field';
  readonly collection: string;
  readonly field: string;
  /** None: exempt. */
  readonly indexes: readonly never[];
  /** Documents are removed some time after the instant in this field, usually within a day. */
  readonly ttl: boolean;
}

/**
 * What has to exist for a table. The collection comes into being with its first document, and Firestore indexes `key` and
 * the fields of indexes by itself; what remains are the fields that must not be indexed, and the TTL policy.
 */
export function firestoreTableResources(
  service: string,
  port: Pick<TablePort, 'name'>,
): readonly FirestoreFieldResource[] {
  const collection = resourceName(service, port.name);
  return [
    { kind: 'firestore-field', collection, field: 'data', indexes: [], ttl: false },
    { kind: 'firestore-field', collection, field: 'expiresAt', indexes: [], ttl: true },
  ];
}
