import { type ErrorClass, errorClassOf, isMarketplaceError } from '@agentmesh/errors';

/** What an exit status means; the table of the error formats. */
export const ExitCode = {
  ok: 0,
  failure: 1,
  usage: 2,
  notFound: 3,
  untrusted: 4,
  refused: 5,
  conflict: 6,
  tooLarge: 7,
  upstream: 8,
  interrupted: 130,
} as const;

const EXIT: Readonly<Record<ErrorClass, number>> = {
  usage: ExitCode.usage,
  unauthenticated: ExitCode.refused,
  notFound: ExitCode.notFound,
  untrusted: ExitCode.untrusted,
  refused: ExitCode.refused,
  conflict: ExitCode.conflict,
  tooLarge: ExitCode.tooLarge,
  tooMany: ExitCode.upstream,
  upstream: ExitCode.upstream,
  unavailable: ExitCode.upstream,
  timedOut: ExitCode.upstream,
  interrupted: ExitCode.interrupted,
  failure: ExitCode.failure,
};

/** The exit status for an error: by the class of its code, 1 for what has none. */
export function exitCodeOf(error: unknown): number {
  return isMarketplaceError(error) ? EXIT[errorClassOf(error.code)] : ExitCode.failure;
}
