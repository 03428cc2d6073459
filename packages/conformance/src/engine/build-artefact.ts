import { spawnSync } from 'node:child_process';
import { join, relative, sep } from 'node:path';

/**
 * Builds a deployable app, as its users do.
 *
 * @param app - Its folder, absolute: `…/apps/aws/scheduling`, in a workspace of this layout.
 * @returns The folder of what was built: `…/dist/apps/aws/scheduling`.
 * @throws {Error} with what the build wrote, where its exit status says that it failed.
 */
export function buildArtefact(app: string): string {
  const workspace = join(app, '../../..');
  const place = relative(workspace, app);
  const [, cloud, domain] = place.split(sep);
  const args = ['nx', 'build', `${cloud}-${domain}`];
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd: workspace, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npx ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return join(workspace, 'dist', place);
}
