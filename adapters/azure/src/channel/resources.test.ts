import { hubName, webPubSubConnection, webPubSubHubResource } from './resources.ts';

test('describes a hub whose clients are let in by the function of the channel', () => {
  const app = { url: 'https://acme.azurewebsites.net/', path: '/pricing/v1/live' };
  expect(webPubSubHubResource('pricing', 'live-prices', app, { PORTOLAN_STAGE: 'staging' })).toEqual({
    name: 'staging_pricing_live_prices',
    connection: 'WebPubSub__pricing__live_prices',
    properties: {
      anonymousConnectPolicy: 'allow',
      eventHandlers: [
        {
          urlTemplate: 'https://acme.azurewebsites.net/pricing/v1/live',
          userEventPattern: 'message',
          systemEvents: ['connect', 'disconnected'],
        },
      ],
    },
  });
  expect(webPubSubConnection('a', 'b')).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
});

test('gives a long resource a name that fits', () => {
  expect(hubName('s'.repeat(128))).toBe('s'.repeat(128));
  expect(hubName(`${'s'.repeat(100)}-${'p'.repeat(100)}`)).toMatch(/^s{100}_p{18}_[0-9a-f]{8}$/);
});
