import { S3Client } from '@aws-sdk/client-s3';
import { http, objects, ok, operation, service, silentLog } from '@portolan/kernel';
import { ContainerModule } from 'inversify';
import * as z from 'zod';
import { s3Token } from '../clients/s3.ts';
import { s3Objects } from '../objects/s3-objects.ts';
import { lambda } from './lambda.ts';

const files = objects('files');
const link = operation({ method: 'GET', path: '/link', summary: 'Links', replies: { ok: z.string() } });
const example = service(
  'example',
  { files },
  {
    api: http('/v1', { link }, { files: files.shareReading }, {
      link: async (_input, ports) => ok(await ports.files.readUrl('a', { expiresInMs: 60_000 })),
    }),
  },
); // prettier-ignore
const event = {
  version: '2.0',
  rawPath: '/v1/link',
  rawQueryString: '',
  headers: {},
  requestContext: { http: { method: 'GET' } },
  isBase64Encoded: false,
};

test('a function knows its account from the call, since neither its variables nor its credentials tell it', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  await using stack = new AsyncDisposableStack();
  const client = stack.adopt(new S3Client({ region: 'eu-central-1', credentials }), (s3) => s3.destroy());
  const offline = new ContainerModule(({ rebind }) => void rebind(s3Token).toConstantValue(client));
  const options = { modules: [offline], environment: { log: silentLog } };
  const { api } = lambda(example, { files: s3Objects() }, options);
  const called = {
    getRemainingTimeInMillis: () => 10_000,
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:example-api:live',
  };
  expect(await api(event, called)).toMatchObject({
    statusCode: 200,
    body: expect.stringContaining('https://example-files-123456789012-eu-central-1.s3.'),
  });
});
