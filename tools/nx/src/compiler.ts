/**
 * The native compiler, for `node`, from the workspace's root. By its file, since another package has a `tsc` as well: the
 * compiler in JavaScript, which takes five times as long, is what `npm ci` links under that name.
 */
export const compiler = 'node_modules/typescript7/bin/tsc';
