/**
 * The most that each deployable may weigh, by its folder below `apps`, in bytes: a tenth or so above what it does. What is
 * heaviest beside each is in kB.
 */
export const bundleLimits: Readonly<Record<string, { readonly cloud: string; readonly maxBytes: number }>> = {
  'aws/scheduling': { cloud: 'aws', maxBytes: 1_000_000 },
  'azure/scheduling': { cloud: 'azure', maxBytes: 1_600_000 },
  'gcp/scheduling': { cloud: 'gcp', maxBytes: 800_000 },
  // @smithy/core 206, S3 107, zod 97.
  'aws/pricing': { cloud: 'aws', maxBytes: 1_150_000 },
  // Blob Storage 325, Event Grid 165.
  'azure/pricing': { cloud: 'azure', maxBytes: 2_050_000 },
  // google-auth-library 113, zod 96, the adapters 65, web-streams-polyfill 61.
  'gcp/pricing': { cloud: 'gcp', maxBytes: 800_000 },
};

export const limits = {
  /** First response of the AWS artefact against a bare handler with the same SDK clients. */
  coldStartRatio: 2,
  /** What the host may add to an HTTP call written by hand, in microseconds. */
  hostUs: 20,
} as const;
