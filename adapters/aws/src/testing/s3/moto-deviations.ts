const unchecked = 'moto checks neither the signature of a URL nor when it expires; the double does both';
const underscores = 'moto loses headers with an underscore in their name, as its web server does; S3 keeps them';
const events =
  'moto tells EventBridge of created objects in a shape of its own: `eTag`, a time in seconds, one sequencer for all; the double tells it as S3 does';

const because = (reason: string, titles: readonly string[]) =>
  Object.fromEntries(titles.map((title) => [title, reason]));

/** What moto cannot do of S3, by case. Each is held against the double. */
export const motoObjectsDeviations: Readonly<Record<string, string>> = {
  ...because(underscores, [
    'gives an object back byte for byte, with what is known of it',
    'keeps all the metadata that fits, and a long type',
  ]),
  ...because(unchecked, [
    'does nothing but read by a URL to read',
    'reads no other object by a signed URL',
    'reads by no URL that was tampered with',
    'reads by a signed URL until it expires, and not after',
    'refuses a signed write of another type than was signed for',
    'neither reads nor removes by a URL to write',
    'writes no other object by a signed URL',
    'writes by no URL that was tampered with',
    'writes by a signed URL until it expires, and not after',
  ]),
  ...because(events, [
    'tells of each object that is written, with its tag and size',
    'tells of copies and of what signed URLs write',
    'tells once of an object that was too large for one part',
    'tells nothing of what creates no object',
    'tells of keys as they are, whatever signs they have',
    'tells a listener only of keys that begin as its filter says',
    'disturbs no listener by the failures of another',
    'keeps what a listener has missed while it was down',
    'tells again of what failed, until it is handled, attempts from 1',
    'gives up after the attempts that the port allows',
    'tells no more of what is poison',
    'tells again no sooner than a listener asked for',
    'tells again what was under way when the process ended',
  ]),
};
