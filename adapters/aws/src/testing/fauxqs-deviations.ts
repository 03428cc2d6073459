const astral =
  'fauxqs refuses characters beyond U+FFFF, which SQS takes; moto_server takes them, and a test of its own holds that';

/** What fauxqs cannot do, by case. */
export const fauxqsDeviations: Readonly<Record<string, string>> = {
  'carries text of every script, numbers and structures as they are': astral,
  'takes a message that just fits, by its JSON in UTF-8': astral,
};
