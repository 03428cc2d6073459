import type { FieldProblem } from '@portolan/kernel';

/** Problem details as the API answers them. @see https://www.rfc-editor.org/rfc/rfc9457 */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

/** The API refused. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.detail);
    this.details = details;
  }
}

/** No answer came, or none of the platform's. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The problem in a refusal. What is no problem document (a gateway's page, say) is made into one. */
export function problemOf(status: number, body: unknown): ProblemDetails {
  if (typeof body === 'object' && body !== null && typeof (body as ProblemDetails).detail === 'string') {
    const {
      type = 'about:blank',
      title = 'Refused',
      detail,
      errors,
    } = body as Partial<ProblemDetails> & { detail: string };
    return { type, title, status, detail, ...(Array.isArray(errors) ? { errors } : {}) };
  }
  return { type: 'about:blank', title: 'Refused', status, detail: `The platform answered with status ${status}.` };
}

/** A sentence for whoever asked, of anything thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Unreachable)
    return 'The platform cannot be reached. Nothing was changed that you would not see here.';
  return error instanceof Error ? error.message : String(error);
}
