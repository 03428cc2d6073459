/** What a task, a push subscription or a job says of the token that its calls carry. */
export interface OidcToken {
  readonly serviceAccountEmail?: string;
  /** @default the URL that is called */
  readonly audience?: string;
}

/** The headers by which a service shows in whose name it calls; none where no token was asked for. */
export type CallerIdentity = (token: OidcToken | undefined, url: string) => Readonly<Record<string, string>>;

export const nobody: CallerIdentity = () => ({});
