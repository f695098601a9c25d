import type { ErrorHandler } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';
import { answer, tellProblem } from '../http/handle-error.js';
import { ErrorPage } from './error-page.js';
import { PAGE_POLICY } from './page-policy.js';

/** Answers errors of pages as pages; what they tell, and their headers, are those of every other answer. */
export function handlePageError(deps: AppDeps): ErrorHandler<AppEnv> {
  return (thrown, context) => {
    const problem = tellProblem(deps, thrown, context);
    const { status } = answer(context, problem);
    const page = <ErrorPage title={problem.title} message={problem.detail} hint={problem.hint} />;
    context.header('Content-Security-Policy', PAGE_POLICY);
    context.header('Content-Type', 'text/html; charset=utf-8');
    return context.body(`<!doctype html>${page}`, status as 400);
  };
}
