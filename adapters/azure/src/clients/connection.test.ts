import { connectionOf, isPlain } from './connection.ts';

const setting = 'AzureWebJobsStorage';

test.each([
  [
    { AzureWebJobsStorage: 'AccountName=a;AccountKey=b' },
    { kind: 'string', connectionString: 'AccountName=a;AccountKey=b' },
  ],
  [{ AzureWebJobsStorage__accountName: 'acme' }, { kind: 'identity', endpoint: 'https://acme.table.core.windows.net' }],
  [
    {
      AzureWebJobsStorage__tableServiceUri: 'https://acme.table.core.usgovcloudapi.net',
      AzureWebJobsStorage__accountName: 'x',
    },
    { kind: 'identity', endpoint: 'https://acme.table.core.usgovcloudapi.net' },
  ],
])('reads the settings of Functions: %j', (env: Record<string, string>, expected) => {
  expect(connectionOf(setting, 'table', env)).toEqual(expected);
});

test('names what has to be set', () => {
  expect(() => connectionOf(setting, 'queue', { AzureWebJobsStorage__tableServiceUri: 'x' })).toThrow(
    'no connection to storage: set AzureWebJobsStorage (a connection string), AzureWebJobsStorage__queueServiceUri or AzureWebJobsStorage__accountName',
  );
});

test('tells connections without TLS', () => {
  const plain = (connectionString: string) => isPlain({ kind: 'string', connectionString });
  expect(plain('UseDevelopmentStorage=true')).toBe(true);
  expect(plain('DefaultEndpointsProtocol=http;AccountName=a')).toBe(true);
  expect(plain('DefaultEndpointsProtocol=https;AccountName=a')).toBe(false);
  expect(isPlain({ kind: 'identity', endpoint: 'https://a' })).toBe(false);
});
