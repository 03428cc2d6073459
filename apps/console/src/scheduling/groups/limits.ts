import type { CallInput, GroupView } from '../../api/answers.ts';

/** The limits of a group as they are typed; empty for none. */
export interface LimitsText {
  readonly perSecond: string;
  readonly concurrent: string;
}

export const limitsTextOf = ({ perSecond, concurrent }: Partial<GroupView>): LimitsText => ({
  perSecond: perSecond === undefined ? '' : String(perSecond),
  concurrent: concurrent === undefined ? '' : String(concurrent),
});

/** What sets the limits; letters where a number belongs go to the API as they are, which says what it expected. */
export function limitsOf({
  perSecond,
  concurrent,
}: LimitsText): Pick<CallInput<'putGroup'>['body'], 'perSecond' | 'concurrent'> {
  return { ...numberField('perSecond', perSecond), ...numberField('concurrent', concurrent) };
}

function numberField<Name extends string>(name: Name, text: string) {
  const typed = text.trim();
  if (typed === '') return {} as { readonly [N in Name]?: number };
  const value = Number(typed);
  return { [name]: Number.isFinite(value) ? value : typed } as { readonly [N in Name]?: number };
}
