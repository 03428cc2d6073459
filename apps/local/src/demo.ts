import { parseArgs } from 'node:util';
import { reportOf } from './demo/report.ts';
import { runDemo } from './demo/run-demo.ts';

const help = `Schedules real tasks on the embedded platform and shows when each arrived.

  npm run demo

Starts the platform on a free port and an empty folder, and a receiver of webhooks beside it; asks over HTTP for tasks of
every sort; holds what arrives against what was asked for; removes everything again. Takes about 12 seconds.

Ends with exit code 0 only when every task arrived once, none early, each with a good signature; with 1 otherwise.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help === true) {
    process.stdout.write(help);
    return 0;
  }
  const tell = (line: string): void =>
    void process.stdout.write(`${(performance.now() / 1_000).toFixed(1).padStart(5)} s  ${line}\n`);
  const outcome = await runDemo(tell);
  process.stdout.write(`\n${reportOf(outcome)}\n`);
  return outcome.faults.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    // Whatever kept the demo from its end is no success; a wrong option is the caller's, and told without a stack.
    const wrongOption = (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') === true;
    process.stderr.write(`${wrongOption ? `${(error as Error).message}\n\n${help}` : (error as Error).stack}\n`);
    process.exitCode = wrongOption ? 2 : 1;
  },
);
