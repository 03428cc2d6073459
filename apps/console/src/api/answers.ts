import type { InputOf, ReplyOf } from '@portolan/kernel';
import type { operations as pricing } from '@portolan/pricing';
import type { operations as scheduling } from '@portolan/scheduling';

/** Types of the API, derived from its declarations, so that the console cannot drift from it. Types only: no code of it. */
export type Operations = typeof scheduling & typeof pricing;
export type OperationName = keyof Operations;

/** What an operation answers when it succeeds. */
export type AnswerOf<Name extends OperationName> =
  Extract<ReplyOf<Operations[Name]>, { readonly kind: 'ok' | 'created' | 'accepted' }> extends {
    readonly body: infer Body;
  }
    ? Body
    : never;

/**
 * What an operation takes. Every field of a query is optional: the service knows the defaults. And each may be text, which it
 * is on the way: the declaration tells only what the service makes of it, a number of an instant, say.
 */
export type CallInput<Name extends OperationName> =
  InputOf<Operations[Name]> extends {
    readonly params: infer Params;
    readonly query: infer Query;
    readonly body: infer Body;
  }
    ? (Params extends undefined ? unknown : { readonly params: Params }) &
        (Query extends undefined
          ? unknown
          : { readonly query?: { readonly [Field in keyof Query]?: Query[Field] | string } }) &
        (Body extends undefined ? unknown : { readonly body: Body })
    : never;

export type TaskView = AnswerOf<'getTask'>;
export type RunView = TaskView['runs'][number];
export type TaskState = TaskView['state'];
export type AttemptView = AnswerOf<'listAttempts'>['attempts'][number];
export type DeadLetterView = AnswerOf<'listDeadLetters'>['deadLetters'][number];
export type GroupView = AnswerOf<'getGroup'>;
export type Stats = AnswerOf<'getStats'>;
export type NewTask = CallInput<'createTask'>['body'];
export type TaskChange = CallInput<'changeTask'>['body'];
export type PreviewRequest = CallInput<'preview'>['body'];
export type Target = NewTask['target'];

export type Product = AnswerOf<'listProducts'>['products'][number];
export type Candle = AnswerOf<'listCandles'>['candles'][number];
export type Trade = AnswerOf<'getLatest'>;
export type Gap = AnswerOf<'listGaps'>['gaps'][number];
export type Feed = AnswerOf<'listFeeds'>['feeds'][number];
