type Test = (title: string, body: () => Promise<void>, timeoutMs: number) => void;

/** The part of a test runner that suites use: what Jest, Vitest (`globals: true`) and Mocha-likes put on globalThis. */
export interface Runner {
  describe(title: string, body: () => void): void;
  readonly test: Test & { readonly concurrent?: Test };
  afterAll(body: () => Promise<void>): void;
}

/** @throws {Error} outside a test runner. */
export function currentRunner(): Runner {
  const { describe, test, afterAll } = globalThis as Partial<Runner>;
  if (describe === undefined || test === undefined || afterAll === undefined) {
    throw new Error('conformance suites need describe, test and afterAll as globals: call them from a test file');
  }
  return { describe, test, afterAll };
}
