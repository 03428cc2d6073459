import { placementOf, tagsOf } from './placement.ts';

test.each([
  ['packages/kernel', 'type:kernel cloud:any'],
  ['packages/composition', 'type:composition cloud:any'],
  ['packages/conformance', 'type:conformance cloud:any'],
  ['packages/pricing', 'type:domain cloud:any domain:pricing'],
  ['adapters/local', 'type:adapter cloud:local'],
  ['adapters/aws', 'type:adapter cloud:aws'],
  ['adapters/http', 'type:adapter cloud:any'],
  ['apps/local', 'type:app cloud:local'],
  ['apps/console', 'type:app cloud:local'],
  ['apps/gcp/pricing', 'type:app cloud:gcp domain:pricing'],
  ['tools/nx', 'type:tool cloud:any'],
])('%s is %s', (root, tags) => {
  expect(tagsOf(placementOf(root)).join(' ')).toBe(tags);
});

test.each(['apps/aws', 'apps/console/nested', 'elsewhere/x'])('refuses a project in %s', (root) => {
  expect(() => placementOf(root)).toThrow('is no place for a project');
});
