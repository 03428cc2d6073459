import { channelConformance } from '@portolan/conformance';
import { dynalite } from '../testing/dynalite.ts';
import { channelHarness } from '../testing/gateway/channel-harness.ts';
import { gatewayDouble } from '../testing/gateway/gateway-double.ts';

const tables = await dynalite();
const gateway = await gatewayDouble(() => tables.now());
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await tables[Symbol.asyncDispose]();
});

channelConformance({
  adapter: 'apiGatewayChannel',
  cloud: 'aws',
  engine: 'double',
  harness: () => channelHarness(tables, gateway),
});
