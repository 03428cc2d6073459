import { coinbaseExchange } from '@portolan/coinbase';
import { simulatedMarkets } from '@portolan/coinbase/simulator';
import { reasonOf } from '@portolan/kernel';
import { processLog } from './log.ts';
import { startPlatform } from './platform.ts';
import { readSettings, secretFile, StartError } from './settings.ts';

const help = `Portolan, the whole platform in one process.

  npm start

Settings, from the environment:
  PORT                        port to listen on; 0 for any free one          (4400)
  HOST                        address to listen on                           (127.0.0.1)
  PORTOLAN_URL                where clients reach it, for URLs it hands out  (where it listens)
  PORTOLAN_DATA               folder that holds everything                   (.portolan)
  PORTOLAN_ALLOW_PRIVATE      whether webhooks may reach private addresses   (false)
  PORTOLAN_WEBHOOK_SECRET     signs webhooks; several, by spaces, to rotate  (made, and kept with the data)
  PORTOLAN_COINBASE_URL       exchange whose prices to follow, or off        (a simulated one)
                              Coinbase's own: ${coinbaseExchange.websocket}
  PORTOLAN_COINBASE_REST_URL  where that exchange's history is               (Coinbase's; else the same host)
  PORTOLAN_COINBASE_PRODUCTS  what to follow, by commas                      (${simulatedMarkets.map(({ id }) => id).join(',')})
  PORTOLAN_LOG                silent | error | warn | info | debug           (info)

Beside it:
  npm run pricing:import -- --help   imports public files of trades
  npm run demo -- --help             schedules tasks and shows when each arrives
`;

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(help);
    return;
  }
  const [unknown] = process.argv.slice(2);
  if (unknown !== undefined)
    throw new StartError(`There is no argument "${unknown}"; settings come from the environment, as --help tells.`);
  const settings = readSettings(process.env);
  const platform = await startPlatform(settings, processLog(settings.logLevel));
  process.stdout.write(`Portolan is up in ${Math.round(performance.now())} ms.

  Console         ${platform.url}/
  Live prices     ${platform.url}/#/pricing
  API reference   ${platform.url}/docs
  OpenAPI         ${platform.url}/openapi.json
  Health          ${platform.url}/healthz
  Price feed      ${platform.feed}
  Data            ${settings.dataFolder}
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
      platform.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`Not all of it stopped as it should: ${reasonOf(error)}\n`);
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
