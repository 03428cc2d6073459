// fast-check as the tests get it: its properties start from PORTOLAN_PROPERTY_SEED where that is set.
// eslint-disable-next-line @nx/enforce-module-boundaries -- its name leads back to this file
import fc from '../../../node_modules/fast-check/lib/fast-check.js';

const text = process.env.PORTOLAN_PROPERTY_SEED;
if (text !== undefined) {
  const seed = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(seed))
    throw new RangeError(`PORTOLAN_PROPERTY_SEED must be an integer, not "${text}"`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}

export default fc;
