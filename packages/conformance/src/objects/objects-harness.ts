import type { Harness } from '../harness.ts';

/** An engine of objects under test, and a client of its signed URLs. */
export interface ObjectsHarness extends Harness {
  /** Makes an HTTP request without any credentials, as whoever was handed a URL would. */
  request(
    url: string,
    init?: {
      readonly method?: 'GET' | 'PUT' | 'DELETE' | 'HEAD';
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Uint8Array;
    },
  ): Promise<{
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array;
  }>;
}
