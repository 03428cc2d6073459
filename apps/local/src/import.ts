import { join } from 'node:path';
import { fileCheckpoints, importCommand } from '@portolan/binance';
import { SingleBar } from 'cli-progress';

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());

process.exitCode = await importCommand(process.argv.slice(2), {
  checkpoints: fileCheckpoints(join(process.env['PORTOLAN_DATA'] || '.portolan', 'imports')),
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  newBar: process.stderr.isTTY ? (options) => new SingleBar(options) : undefined,
  signal: interrupted.signal,
});
