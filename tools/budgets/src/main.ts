// What deployables weigh, how fast they start and what their host adds, held against budgets. Exit code 1 when one is over.
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamodbTableResource } from '@portolan/aws';
import { dynalite } from '@portolan/aws/testing';
import { scheduling } from '@portolan/scheduling';
import { generateSecret } from '@portolan/webhook';
import { buildArtefacts, bundleOf } from './artefacts.ts';
import { bareBundle } from './bare/bundle.ts';
import { foreignInputs } from './bundle.ts';
import { coldStarts } from './cold-start.ts';
import { httpOverhead } from './overhead.ts';
import { bundleLimits, limits } from './limits.ts';

const root = join(import.meta.dirname, '../../..');
const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(0)} kB`;
const failed: string[] = [];
const verdict = (what: string, good: boolean): string => {
  if (!good) failed.push(what);
  return good ? 'within' : 'OVER';
};

buildArtefacts();
console.log('Bundles (minified, uncompressed)\n');
for (const [app, { cloud, maxBytes }] of Object.entries(bundleLimits)) {
  const bundle = bundleOf(app);
  const foreign = foreignInputs(bundle, cloud);
  const held = verdict(`size of ${app}`, bundle.bytes <= maxBytes);
  console.log(`${app}: ${kilobytes(bundle.bytes)} of ${kilobytes(maxBytes)}, ${held}`);
  for (const { name, bytes } of bundle.inputs.slice(0, 8)) console.log(`  ${kilobytes(bytes).padStart(8)}  ${name}`);
  const others = foreign.length === 0 ? 'nothing' : foreign.join(', ');
  console.log(`  of another cloud: ${others}; ${verdict(`clouds in ${app}`, foreign.length === 0)}\n`);
}

const rounds = Number(process.argv[2] ?? 15);
{
  await using engine = await dynalite();
  const endpoint = `http://127.0.0.1:${engine.port}`;
  const env = {
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: endpoint,
    PORTOLAN_WEBHOOK_SECRET: generateSecret(),
  };
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint, region: env.AWS_REGION, credentials });
  await client.send(new CreateTableCommand(dynamodbTableResource(scheduling.name, scheduling.ports.tasks).table));
  client.destroy();
  const event = {
    version: '2.0',
    rawPath: '/scheduling/v1/tasks/none',
    rawQueryString: '',
    headers: {},
    requestContext: { http: { method: 'GET' }, stage: '$default' },
    isBase64Encoded: false,
  };
  const bare = await bareBundle();
  const candidates = [
    { label: 'bare handler', bundle: bare, handler: 'api', event, status: 404 },
    {
      label: 'aws/scheduling',
      bundle: join(root, 'dist/apps/aws/scheduling/main.cjs'),
      handler: 'api',
      event,
      status: 404,
    },
  ];
  const [hand, ours] = await coldStarts(candidates, rounds, env);
  console.log(`Cold start, from the process's first instruction, medians of ${rounds} taking turns\n`);
  for (const [label, { importMs, responseMs }] of [
    ['bare handler, same SDK clients', hand!],
    ['aws/scheduling', ours!],
  ] as const)
    console.log(
      `  ${label.padEnd(32)} import ${importMs.toFixed(0).padStart(4)} ms, first response ${responseMs.toFixed(0).padStart(4)} ms`,
    );
  const ratio = ours!.responseMs / hand!.responseMs;
  console.log(
    `  ${ratio.toFixed(2)} times the bare handler, of ${limits.coldStartRatio}: ${verdict('cold start', ratio <= limits.coldStartRatio)}\n`,
  );
}

const { hostUs, byHandUs } = await httpOverhead();
const addedUs = hostUs - byHandUs;
console.log('HTTP call through lambda(), medians of rounds that take turns\n');
console.log(`  by hand ${byHandUs.toFixed(1)} µs, through the host ${hostUs.toFixed(1)} µs`);
console.log(
  `  the host adds ${addedUs.toFixed(1)} µs, of ${limits.hostUs}: ${verdict('host overhead', addedUs <= limits.hostUs)}`,
);

if (failed.length > 0) console.error(`\nover budget: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
