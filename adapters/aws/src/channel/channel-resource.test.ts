import { channel } from '@portolan/kernel';
import * as z from 'zod';
import { apiGatewayChannel, endpointVariable } from './api-gateway-channel.ts';
import { channelApiResource, channelStatements } from './channel-resource.ts';

const live = channel('live-prices', { message: z.object({ n: z.number() }) });

test('tells the API of a channel: every message goes to one route, which answers nothing', () => {
  const resource = channelApiResource('pricing', live, { PORTOLAN_STAGE: 'test' });
  expect(resource.api).toMatchObject({ Name: 'test-pricing-live-prices', ProtocolType: 'WEBSOCKET' });
  expect(resource.routes).toEqual(
    ['$connect', '$disconnect', '$default'].map((RouteKey) => ({ RouteKey, AuthorizationType: 'NONE' })),
  );
  expect(resource.integration('arn:function')).toEqual({
    IntegrationType: 'AWS_PROXY',
    IntegrationUri: 'arn:function',
  });
  expect(resource.stage).toEqual({ StageName: 'live', AutoDeploy: true });
  expect(resource.endpoint('abc', 'eu-west-1')).toBe('https://abc.execute-api.eu-west-1.amazonaws.com/live');
  expect(resource.endpoint('abc', 'cn-north-1')).toBe('https://abc.execute-api.cn-north-1.amazonaws.com.cn/live');
});

test('names the variable that tells functions where to push, and what calls a function', () => {
  expect(endpointVariable(live)).toBe('PORTOLAN_CHANNEL_LIVE_PRICES');
  const place = { service: 'pricing', port: live, subscription: 'serve' };
  expect(apiGatewayChannel().triggers(place)).toEqual([{ kind: 'websocket', resource: 'pricing-live-prices' }]);
});

test.each([
  ['who serves sockets', [], true, ['POST', 'DELETE']],
  ['who pushes', live.push.methods, false, ['POST', 'DELETE']],
  ['who manages groups and ends connections', live.manage.methods, false, ['DELETE']],
  ['who manages groups', ['join', 'leave'], false, []],
])('allows %s just that', (_, methods, serves, verbs) => {
  expect(channelStatements('arn:api/live', methods, serves)).toEqual(
    verbs.map((verb) => ({
      Effect: 'Allow',
      Action: ['execute-api:ManageConnections'],
      Resource: `arn:api/live/${verb}/@connections/*`,
    })),
  );
});
