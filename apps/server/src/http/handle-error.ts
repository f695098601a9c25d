import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { type Problem, problemOf } from './problem.js';
import { isProblemDetails } from './problem-details.js';
import { setReplyHeader } from './reply-header.js';

const RETRY_SECONDS = 2;

/** Answers every error of a handler: coded ones by their code, all others as `INTERNAL`, which are logged with their stack. */
export function handleError(deps: AppDeps): ErrorHandler<AppEnv> {
  return (thrown, context) => answer(context, tellProblem(deps, thrown, context));
}

/** What is told of an error, which is logged where it is the server's own. */
export function tellProblem({ logger, config }: AppDeps, thrown: unknown, context: Context<AppEnv>): Problem {
  const error = codedOf(thrown);
  const requestId = context.get('requestId') ?? 'unknown';
  const members = isProblemDetails(thrown) ? thrown.details : {};
  const problem = withoutPlace(problemOf(error, requestId, members), config.dataDir);
  if (problem.status >= 500) {
    const level = problem.status === 500 ? 'error' : 'warn';
    logger[level]({ request_id: requestId, code: problem.code, err: thrown }, 'request failed');
  }
  return problem;
}

/** Sends a problem, with what its status asks for. */
export function answer(context: Context<AppEnv>, problem: Problem): Response {
  const { status } = problem;
  if (status === 401) context.header('WWW-Authenticate', challengeFor(context));
  if (status === 503) setReplyHeader(context, 'Retry-After', String(RETRY_SECONDS));
  context.header('Cache-Control', 'no-store');
  // Only statuses of the table of problems come here, all of which have a body.
  return context.body(JSON.stringify(problem), status as 400, { 'Content-Type': 'application/problem+json' });
}

/** A browser asks its user for a password; a program has to know by itself. */
function challengeFor(context: Context<AppEnv>): string {
  const isBrowser = context.req.header('accept')?.includes('text/html') === true;
  return isBrowser ? 'Basic realm="agentmesh", charset="UTF-8"' : 'Bearer realm="agentmesh"';
}

function codedOf(thrown: unknown): MarketplaceError | undefined {
  if (isMarketplaceError(thrown)) return thrown;
  if (thrown instanceof HTTPException && thrown.status >= 400 && thrown.status < 500) return refused(thrown);
  return undefined;
}

/** What the framework refuses by itself, which is a body that is no JSON. */
function refused(thrown: HTTPException): MarketplaceError {
  const code = thrown.status === 413 ? 'BODY_TOO_LARGE' : 'BODY_INVALID';
  return new MarketplaceError(thrown.message, { code, hint: 'Send what /openapi.json describes.', cause: thrown });
}

/** Where the server's data lie is nobody's business. */
function withoutPlace(problem: Problem, dataDir: string): Problem {
  return { ...problem, detail: problem.detail.replaceAll(dataDir, '…') };
}
