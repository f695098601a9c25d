import { setTimeout as sleep } from 'node:timers/promises';
import { MarketplaceError } from '@agentmesh/errors';
import type { AppDeps } from './app-deps.js';
import { compose } from './compose.js';
import type { ServerConfig } from './config/server-config.js';
import { createApp } from './create-app.js';
import { type Listening, listen } from './listen.js';
import { createFirstToken } from './tokens/create-first-token.js';

/** A server that runs. */
export interface RunningServer {
  readonly url: string;
  /** File with the token of the admin, when it was made just now. */
  readonly firstTokenPath: string | undefined;
  /** Takes no new work, lets what runs finish within the shutdown's time, and lets go of everything. */
  stop(): Promise<void>;
}

const ABORTED_MS = 2000;

/**
 * Wires a server, listens, and says in the log which limits are in force.
 *
 * @throws MarketplaceError `DATABASE_UNAVAILABLE`, `DATABASE_NEWER` and the like; the system's error when the port is taken
 */
export async function startServer(config: ServerConfig): Promise<RunningServer> {
  const deps = await compose(config);
  try {
    const { dataDir } = config;
    const firstTokenPath = await createFirstToken({ dataDir, tokens: deps.database.tokens, now: deps.now });
    const listening = await listen(createApp(deps), config);
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    const url = config.publicUrl ?? `http://${host}:${listening.port}`;
    deps.logger.info({ url, engine: deps.database.engine, limits: config.limits }, 'started');
    return { url, firstTokenPath, stop: () => stop(deps, listening) };
  } catch (error) {
    await close(deps);
    throw error;
  }
}

/** Uploads that do not finish in time are cancelled: nothing of them is listed. */
async function stop(deps: AppDeps, listening: Listening): Promise<void> {
  const { lifecycle, logger, config } = deps;
  if (lifecycle.stopping) return;
  lifecycle.stop();
  logger.info('stopping');
  const cut = new AbortController();
  const done = listening.close(cut.signal);
  const timer = new AbortController();
  const late = sleep(config.limits.shutdownTimeout, 'late', { signal: timer.signal }).catch(() => 'done');
  if ((await Promise.race([done, late])) === 'late') {
    lifecycle.abort(stopped());
    // They get a moment to say so.
    await Promise.race([done, sleep(ABORTED_MS)]);
    cut.abort();
    await done;
  }
  timer.abort();
  await close(deps);
  logger.info('stopped');
  await new Promise<void>((resolve) => logger.flush(() => resolve()));
}

async function close({ stages, database }: AppDeps): Promise<void> {
  await stages.close();
  await database.close();
}

function stopped(): MarketplaceError {
  return new MarketplaceError('The server stopped before the request was done', {
    code: 'SERVER_STOPPING',
    hint: 'Nothing was changed: send it again.',
  });
}
