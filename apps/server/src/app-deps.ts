import type { PluginRegistry } from '@agentmesh/registry';
import type { SqlDatabase, TokenRow } from '@agentmesh/registry-sql';
import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { ServerConfig } from './config/server-config.js';
import type { Taken } from './http/rate-limiter.js';
import type { Lifecycle } from './lifecycle.js';
import type { Metrics } from './operations/metrics.js';
import type { StageArea } from './stage-area.js';
import type { WorkspaceParts } from './workspaces/workspace-deps.js';

/** What the routes work with; made once by `compose`, or by a test. */
export interface AppDeps {
  readonly config: ServerConfig;
  readonly registry: PluginRegistry;
  readonly database: SqlDatabase;
  /** Where workspaces lie, and what they install from. */
  readonly workspaces: WorkspaceParts;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Throwaway folders on the disk of the data folder. */
  readonly stages: StageArea;
  /** Tells when the server is about to stop, and what has to end then. */
  readonly lifecycle: Lifecycle;
  readonly now: () => Date;
}

/** What every handler finds in its context. */
export interface AppEnv {
  /** Absent when a test calls the app without a port. */
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    /** Id of the request, in logs, answers and the audit log. */
    requestId: string;
    /** Where the request comes from: the socket's address or, behind a trusted proxy, the one it names. */
    address: string;
    /** The token that the request was sent with; undefined for an anonymous one. */
    token: TokenRow | undefined;
    /** The rate limit that is nearest to being reached. */
    nearestLimit: Taken | undefined;
  };
}
