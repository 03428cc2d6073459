import { foreignInputs, readBundle, type Metafile } from './bundle.ts';

const metafile: Metafile = {
  outputs: {
    'dist/apps/aws/scheduling/main.cjs.map': { bytes: 9_999, inputs: {} },
    'dist/apps/aws/scheduling/main.cjs': {
      bytes: 600,
      inputs: {
        'node_modules/@aws-sdk/client-sqs/dist-es/index.js': { bytesInOutput: 100 },
        'node_modules/@aws-sdk/client-sqs/dist-es/models.js': { bytesInOutput: 200 },
        'node_modules/zod/node_modules/inner/index.js': { bytesInOutput: 5 },
        'node_modules/zod/v4/core.js': { bytesInOutput: 50 },
        'adapters/aws/src/index.ts': { bytesInOutput: 40 },
        'apps/aws/scheduling/main.ts': { bytesInOutput: 10 },
      },
    },
  },
};

test('adds up what each package brings to a bundle, the heaviest first', () => {
  expect(readBundle(metafile)).toEqual({
    bytes: 600,
    inputs: [
      { name: '@aws-sdk/client-sqs', bytes: 300 },
      { name: 'zod', bytes: 50 },
      { name: 'adapters/aws', bytes: 40 },
      { name: 'apps/aws/scheduling', bytes: 10 },
      { name: 'inner', bytes: 5 },
    ],
  });
});

test('finds what belongs to another cloud', () => {
  expect(foreignInputs(readBundle(metafile), 'aws')).toEqual([]);
  expect(foreignInputs(readBundle(metafile), 'gcp')).toEqual(['@aws-sdk/client-sqs (aws)', 'adapters/aws (aws)']);
});

test('refuses a metafile of several bundles', () => {
  const outputs = { ...metafile.outputs, 'dist/other.js': { bytes: 1, inputs: {} } };
  expect(() => readBundle({ outputs })).toThrow('expected one bundle, found 2');
});
