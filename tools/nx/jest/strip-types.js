// Jest transformer over Node's own type stripping: what the tests run is what `node` runs.
import { createHash } from 'node:crypto';
import { stripTypeScriptTypes } from 'node:module';

export default {
  process: (source) => ({ code: stripTypeScriptTypes(source) }),
  // `instrument` is part of the key: otherwise a coverage run would reuse code without counters, and the reverse.
  getCacheKey: (source, path, { instrument }) =>
    createHash('sha256').update(`${process.version}\0${path}\0${instrument}\0${source}`).digest('hex'),
};
