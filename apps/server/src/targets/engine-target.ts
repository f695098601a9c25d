import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_TREE_LIMITS, type TreeLimits } from '@agentmesh/artifact';
import { MarketplaceError } from '@agentmesh/errors';
import { withFileLock } from '@agentmesh/files';
import type { EngineAddress } from './call-engine.js';
import { checkWorkspaceId } from './check-workspace-id.js';
import { containerFiles } from './container-files.js';
import { createTarget } from './create-target.js';
import { createEngineClient, type EngineClient } from './engine-client.js';
import type { FileOwner } from './pack-upload.js';
import type { WorkspaceTarget } from './workspace-target.js';

const CALL_TIMEOUT_MS = 120_000;
const LOCK_TIMEOUT_MS = 30_000;
const OWNER: FileOwner = { uid: 0, gid: 0 };

/** What {@link createEngineTarget} takes. */
export interface EngineTargetOptions {
  readonly address: EngineAddress;
  /** Name of a workspace's container, with `{id}` for the workspace's id (default `{id}`). */
  readonly container?: string | undefined;
  /** The folder in containers that holds `plugins` (default `/configs`). */
  readonly root?: string | undefined;
  /** Whom the files belong to (default 0 and 0, so that the agent in the container cannot change them). */
  readonly owner?: FileOwner | undefined;
  /** A folder of this machine for locks, and for what is read out of containers. All servers that use this engine share it. */
  readonly stateDir: string;
  /** Longest time of one call to the engine, in milliseconds (default 120,000). */
  readonly timeoutMs?: number | undefined;
  /** Longest wait for another call that changes the same workspace, in milliseconds (default 30,000). */
  readonly lockTimeoutMs?: number | undefined;
  readonly limits?: Partial<TreeLimits> | undefined;
}

/** Workspaces as containers, whose plugins are pushed to `<root>/plugins/<name>/` over the engine's HTTP API, as Docker and podman speak it. */
export function createEngineTarget(options: EngineTargetOptions): WorkspaceTarget {
  const { address, timeoutMs = CALL_TIMEOUT_MS, container: template = '{id}', root = '/configs', stateDir } = options;
  const client = createEngineClient({ address, timeoutMs });
  const nameOf = (workspace: string) => template.replaceAll('{id}', checkWorkspaceId(workspace));
  const scratch = join(stateDir, 'scratch');
  const limits = { ...DEFAULT_TREE_LIMITS, ...options.limits };
  const target = createTarget({
    open: async (workspace, work) => {
      const container = nameOf(workspace);
      await assertRunning(client, container);
      await mkdir(scratch, { recursive: true });
      return work(containerFiles({ client, container, root, scratch, limits, owner: options.owner ?? OWNER }));
    },
    lock: (workspace, signal, work) => {
      const wait = { timeoutMs: options.lockTimeoutMs ?? LOCK_TIMEOUT_MS, ...(signal === undefined ? {} : { signal }) };
      return withFileLock(join(stateDir, 'locks', `${workspace}.lock`), wait, work);
    },
  });
  return { ...target, restart: (workspace) => client.restart(nameOf(workspace)) };
}

async function assertRunning(client: EngineClient, container: string): Promise<void> {
  const found = await client.inspect(container);
  if (found === undefined) {
    throw new MarketplaceError(`There is no container ${container}`, {
      code: 'WORKSPACE_NOT_FOUND',
      hint: 'Start the workspace first.',
    });
  }
  if (found.running) return;
  throw new MarketplaceError(`The container ${container} does not run`, {
    code: 'WORKSPACE_UNAVAILABLE',
    hint: 'Start the workspace, and try again.',
  });
}
