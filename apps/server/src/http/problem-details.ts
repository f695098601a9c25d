import { MarketplaceError, type MarketplaceErrorOptions } from '@agentmesh/errors';

/** An error whose answer has further members, as RFC 9457 allows: `available_schemes` and the like. */
export class ProblemDetails extends MarketplaceError {
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    options: MarketplaceErrorOptions & { readonly details: Readonly<Record<string, unknown>> },
  ) {
    super(message, options);
    this.details = options.details;
  }
}

/** True for an error that brings members of its own. */
export function isProblemDetails(error: unknown): error is ProblemDetails {
  return error instanceof ProblemDetails;
}
