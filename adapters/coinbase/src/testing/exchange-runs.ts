import { ExchangeRun } from './exchange-run.ts';

/** Runs of one test, and what else it has to end; `end` is for behind each test. */
export function exchangeRuns() {
  const open: AsyncDisposable[] = [];
  return {
    async start(...args: Parameters<typeof ExchangeRun.start>): Promise<ExchangeRun> {
      const run = await ExchangeRun.start(...args);
      open.push(run);
      return run;
    },
    endLater: (one: AsyncDisposable): void => void open.push(one),
    async end(): Promise<void> {
      for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
    },
  };
}
