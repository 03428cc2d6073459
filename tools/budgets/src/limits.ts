/** The most that each deployable may weigh, by its folder below `apps`, in bytes. */
export const bundleLimits: Readonly<Record<string, { readonly cloud: string; readonly maxBytes: number }>> = {
  'aws/scheduling': { cloud: 'aws', maxBytes: 1_000_000 },
  'azure/scheduling': { cloud: 'azure', maxBytes: 1_600_000 },
  'gcp/scheduling': { cloud: 'gcp', maxBytes: 800_000 },
};

export const limits = {
  /** First response of the AWS artefact against a bare handler with the same SDK clients. */
  coldStartRatio: 2,
  /** What the host may add to an HTTP call written by hand, in microseconds. */
  hostUs: 20,
} as const;
