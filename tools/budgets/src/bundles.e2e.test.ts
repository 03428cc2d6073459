import { buildArtefacts, bundleOf } from './artefacts.ts';
import { foreignInputs } from './bundle.ts';
import { bundleLimits } from './limits.ts';

beforeAll(buildArtefacts);

test.each(Object.entries(bundleLimits))(
  '%s stays within its budget and holds nothing of another cloud',
  (app, limit) => {
    const bundle = bundleOf(app);
    expect(bundle.bytes).toBeLessThanOrEqual(limit.maxBytes);
    expect(foreignInputs(bundle, limit.cloud)).toEqual([]);
    expect(bundle.inputs.map(({ name }) => name)).toContain(`adapters/${limit.cloud}`);
  },
);
