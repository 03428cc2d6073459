import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the bare handler as artefacts are. @returns The bundle's path. */
export async function bareBundle(): Promise<string> {
  const outfile = join(import.meta.dirname, '../../../../dist/budgets/bare/main.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'handler.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    mainFields: ['module', 'main'],
    sourcemap: true,
  });
  return outfile;
}
