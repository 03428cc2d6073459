import type { ObjectsPort } from '@portolan/kernel';
import type { PolicyStatement } from '../clients/policy-statement.ts';

type Method = ObjectsPort['readWrite']['methods'][number] | 'readUrl' | 'writeUrl';

/** Without the right to list, S3 answers 403 for what is not there. */
const read = { object: ['s3:GetObject'], bucket: ['s3:ListBucket'] } as const;
/** Whoever writes on a condition of what stands must be able to read it. */
const write = {
  object: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
  bucket: ['s3:ListBucket'],
} as const;

/**
 * What each method of an objects port needs to do, on objects and on the bucket; what is signed is done in the name of who
 * signed it.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const actions: Readonly<Record<Method, { readonly object: readonly string[]; readonly bucket: readonly string[] }>> = {
  get: read,
  head: read,
  list: { object: [], bucket: ['s3:ListBucket'] },
  put: write,
  copy: write,
  delete: { object: ['s3:DeleteObject'], bucket: [] },
  readUrl: read,
  writeUrl: { object: ['s3:PutObject'], bucket: [] },
};

/**
 * The least that a role must be allowed for the methods that a function is granted.
 *
 * @param bucketArn - `arn:aws:s3:::name`
 * @param methods - As `usageOf` tells them.
 */
export function s3Statements(bucketArn: string, methods: readonly string[]): readonly PolicyStatement[] {
  const needed = methods.map((method) => actions[method as Method]);
  const statement = (Resource: string, all: readonly string[]): readonly PolicyStatement[] =>
    all.length === 0 ? [] : [{ Effect: 'Allow', Action: [...new Set(all)].sort(), Resource }];
  return [
    ...statement(`${bucketArn}/*`, needed.flatMap(({ object }) => object)), // prettier-ignore
    ...statement(bucketArn, needed.flatMap(({ bucket }) => bucket)), // prettier-ignore
  ];
}
