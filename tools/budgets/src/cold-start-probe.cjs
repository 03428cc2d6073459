/* eslint-disable @typescript-eslint/no-require-imports -- a start is measured as Lambda starts: with CommonJS */
// Loads a bundle in a fresh process, calls its handler once, and says how long that took since the process began.
const [bundle, name, event] = process.argv.slice(2);
const handler = require(bundle)[name];
const importMs = performance.now();
handler(JSON.parse(event), { getRemainingTimeInMillis: () => 30_000 }).then((result) => {
  const responseMs = performance.now();
  process.send({ importMs, responseMs, status: result.statusCode });
  process.exit(0);
});
