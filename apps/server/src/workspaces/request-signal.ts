import { MarketplaceError } from '@agentmesh/errors';
import type { Context } from 'hono';
import type { AppDeps, AppEnv } from '../app-deps.js';

/** Aborts when the client of a request is gone before it was answered, and when the server has to end. */
export function requestSignal(context: Context<AppEnv>, { lifecycle }: Pick<AppDeps, 'lifecycle'>): AbortSignal {
  const gone = new AbortController();
  const outgoing = context.env?.outgoing;
  outgoing?.once('close', () => {
    if (!outgoing.writableFinished) gone.abort(clientGone());
  });
  if (outgoing?.destroyed === true && !outgoing.writableFinished) gone.abort(clientGone());
  return AbortSignal.any([gone.signal, lifecycle.signal]);
}

function clientGone(): MarketplaceError {
  return new MarketplaceError('The client went away before it was answered', { code: 'INTERRUPTED' });
}
