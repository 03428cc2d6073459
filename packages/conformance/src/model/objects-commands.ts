import type { ObjectCondition, ObjectPutOptions } from '@portolan/kernel';
import fc from 'fast-check';

/** A condition before it is known which tags there are: `seen` counts back from the tag seen last under that key. */
type PlannedCondition = 'absent' | { readonly seen: number } | undefined;

/** A random command, without anything that only the run can tell: tags. */
export type ObjectsCommand =
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'head'; readonly key: string }
  | {
      readonly kind: 'put';
      readonly key: string;
      readonly content: string;
      /** Letter by letter, so that others come between. */
      readonly streamed: boolean;
      readonly options: ObjectPutOptions;
      readonly condition: PlannedCondition;
    }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'delete'; readonly key: string };

/** Commands that run at the same time, perhaps after the process has ended and started again. */
export interface ObjectsRound {
  readonly restart: boolean;
  readonly commands: readonly ObjectsCommand[];
}

const key = fc.oneof({ weight: 3, arbitrary: fc.constant('a') }, fc.constantFrom('a/b', 'é +%'));
const seen = fc.record({ seen: fc.nat(2) });
const condition = fc.oneof(fc.constant(undefined), fc.constant('absent' as const), seen);
const options: fc.Arbitrary<ObjectPutOptions> = fc.constantFrom(
  {},
  { contentType: 'text/plain' },
  { metadata: { n: '1' } },
  { contentType: 'text/plain', metadata: { n: '2' } },
);

const command: fc.Arbitrary<ObjectsCommand> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('head' as const), key }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      key,
      content: fc.constantFrom('', 'x', 'y', 'long'),
      streamed: fc.boolean(),
      options,
      condition,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('copy' as const), from: key, to: key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
);

export const objectsRounds: fc.Arbitrary<ObjectsRound[]> = fc.array(
  fc.record({
    restart: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
    commands: fc.array(command, { minLength: 1, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The options of a put in this run. @param tag - Finds the tag that a condition means. */
export function optionsOf(
  { key: of, options: given, condition: planned }: Extract<ObjectsCommand, { kind: 'put' }>,
  tag: (key: string, back: number) => string,
): ObjectPutOptions {
  if (planned === undefined) return given;
  const meant: ObjectCondition = planned === 'absent' ? planned : { tag: tag(of, planned.seen) };
  return { ...given, condition: meant };
}
