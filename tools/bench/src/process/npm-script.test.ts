import { existsSync } from 'node:fs';
import { npmScript } from './npm-script.ts';

test.each(['start', 'pricing:import'])('finds the module and the flags that "%s" runs', (name) => {
  const { flags, entry } = npmScript(name);
  expect(existsSync(entry)).toBe(true);
  expect(flags).toContain('--conditions=@portolan/source');
});

test.each(['lint', 'no-such-script'])('refuses "%s", which does not run a module by Node', (name) => {
  expect(() => npmScript(name)).toThrow(`script "${name}" is`);
});
