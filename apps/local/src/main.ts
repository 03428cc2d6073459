import { processLog } from './log.ts';
import { startPlatform } from './platform.ts';
import { readSettings, secretFile, StartError } from './settings.ts';

const help = `Portolan, the whole platform in one process.

  npm start

Settings, from the environment:
  PORT                     port to listen on; 0 for any free one        (4400)
  HOST                     address to listen on                         (127.0.0.1)
  PORTOLAN_URL             where clients reach it, for URLs it hands out (http://127.0.0.1:4400)
  PORTOLAN_DATA            folder that holds everything                 (.portolan)
  PORTOLAN_ALLOW_PRIVATE   whether webhooks may reach private addresses (false)
  PORTOLAN_WEBHOOK_SECRET  signs webhooks; several, by spaces, to rotate (made and kept in the data folder)
  PORTOLAN_COINBASE_URL    WebSocket feed of Coinbase Exchange, or off   (a simulated exchange)
  PORTOLAN_COINBASE_PRODUCTS  what to follow, by commas                 (BTC-USD,ETH-USD,SOL-USD)
  PORTOLAN_LOG             silent | error | warn | info | debug         (info)
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const settings = readSettings(process.env);
  const platform = await startPlatform(settings, processLog(settings.logLevel));
  process.stdout.write(`Portolan is up in ${Math.round(performance.now())} ms.

  Console         ${platform.url}/
  API reference   ${platform.url}/docs
  OpenAPI         ${platform.url}/openapi.json
  Health          ${platform.url}/healthz
  Data            ${settings.dataFolder}
  Prices          ${platform.feed}
  Webhook secret  ${secretFile(settings.dataFolder)}

Stop it with Ctrl+C: work under way is finished first.
`);
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Who asks twice wants it now; what was accepted is durable, and goes on at the next start.
      if (stopping) process.exit(130);
      stopping = true;
      process.stdout.write('Stopping…\n');
      void platform.close().then(() => process.exit(0));
    });
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
