import { compareTrees, type Tree } from '@agentmesh/artifact';
import { MarketplaceError, printable } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { placePlugin, readRecord, readRecords, removePlugin } from './change-plugins.js';
import { checkWorkspaceId } from './check-workspace-id.js';
import { healStages } from './heal-stages.js';
import type { InstallRecord } from './install-record.js';
import type { TargetFiles } from './target-files.js';
import type { TargetChangeOptions, WorkspaceTarget } from './workspace-target.js';

/** How a kind of target gets at the files of a workspace. */
export interface TargetKind {
  /** Runs work with a workspace's files. */
  open<T>(workspace: string, work: (files: TargetFiles) => Promise<T>): Promise<T>;
  /** Runs work while no other call, in this process or another, changes the workspace. */
  lock<T>(workspace: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

/** A {@link WorkspaceTarget} over whatever moves files about: one order of steps, one way to heal. */
export function createTarget(kind: TargetKind): Omit<WorkspaceTarget, 'folder' | 'restart'> {
  const change = <T>(
    workspace: string,
    { signal, approve }: TargetChangeOptions,
    work: (files: TargetFiles) => Promise<T>,
  ): Promise<T> =>
    kind.lock(checkWorkspaceId(workspace), signal, () =>
      kind.open(workspace, async (files) => {
        await healStages(files);
        if (approve !== undefined) approve(await readRecords(files));
        return work(files);
      }),
    );
  return {
    list: async (workspace) => listRecords(kind, checkWorkspaceId(workspace)),
    replace: async (workspace, placement, options = {}) => {
      assertPluginName(placement.record.plugin);
      return change(workspace, options, (files) => placePlugin(files, placement, options.signal));
    },
    remove: async (workspace, plugin, options = {}) => {
      assertPluginName(plugin);
      return change(workspace, options, async (files) => {
        await getRecord(files, plugin);
        return removePlugin(files, plugin);
      });
    },
    copy: async (workspace, plugin, into, signal) => {
      assertPluginName(plugin);
      return change(workspace, { signal }, (files) => copyPlugin(files, { plugin, into, signal }));
    },
  };
}

/** Readers wait for nobody, unless a change is under way or was left so. */
async function listRecords(kind: TargetKind, workspace: string): Promise<readonly InstallRecord[]> {
  const seen = await kind.open(workspace, async (files) => {
    const quiet = (await files.names(['stage'])).length === 0;
    return quiet ? readRecords(files) : undefined;
  });
  if (seen !== undefined) return seen;
  return kind.lock(workspace, undefined, () =>
    kind.open(workspace, async (files) => {
      await healStages(files);
      return readRecords(files);
    }),
  );
}

interface Copying {
  readonly plugin: string;
  readonly into: string;
  readonly signal: AbortSignal | undefined;
}

async function copyPlugin(files: TargetFiles, { plugin, into, signal }: Copying): Promise<Tree> {
  const record = await getRecord(files, plugin);
  const tree = await files.copy(['plugins', plugin], into, signal);
  const differing = compareTrees(record.files, tree.files);
  if (differing.length === 0) return tree;
  const named = differing.slice(0, 10).map(({ path }) => printable(path));
  throw new MarketplaceError(`${plugin} is not what was installed: ${named.join(', ')}`, {
    code: 'TREE_TAMPERED',
    hint: 'Install it again; what was changed is kept beside it.',
  });
}

async function getRecord(files: TargetFiles, plugin: string): Promise<InstallRecord> {
  const record = await readRecord(files, plugin);
  if (record !== undefined) return record;
  throw new MarketplaceError(`${plugin} is not installed in this workspace`, {
    code: 'NOT_INSTALLED',
    hint: 'GET /workspaces/:id/plugins lists what is.',
  });
}
