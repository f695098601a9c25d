import type { InstallContext, Permissions, WrittenItem } from '@agentmesh/shape';
import type { Change, ChangeReport } from '../change/change.js';
import { baseOf, type ClientFolders } from '../change/with-journal.js';
import { targetKey, type WantedTarget } from '../journal/owned-target.js';
import { getClient } from '../table/get-client.js';
import { commitTogether, type Gathered } from './commit-together.js';
import { removeItem } from './remove-item.js';
import { wantGraph, wantMemory, wantServer, wantSkill, wantSubagent } from './want-target.js';

/** For whom and where {@link createInstallContext} registers. */
export interface InstallContextOptions extends ClientFolders {
  /** Id of a row of the table. */
  readonly client: string;
  /** Name of the plugin. */
  readonly plugin: string;
  /** Folder of the installed plugin, the one canonical copy; skills must be inside it. */
  readonly pluginDir: string;
  /** What the plugin is granted here (default: nothing); handed on to shapes. */
  readonly permissions?: Permissions;
  /** `auto` (default) links skills to the installed folder where links work; `never` copies them. */
  readonly links?: 'auto' | 'never';
}

/** Gathers what the shapes of one plugin register for one client, and brings it there in one step. */
export interface ClientContext {
  /**
   * What an adapter registers with; nothing is written before the commit, but what it removes is removed at once. Whatever this shape had
   * in the client before and does not register again goes with the commit.
   */
  readonly forShape: (shape: string) => InstallContext;
  /**
   * Writes the journal, then the client's files; a second call commits the same again. What stands in the way of one thing alone is a finding.
   *
   * @throws MarketplaceError `NAME_INVALID`, `LOCK_TIMEOUT`, `JOURNAL_CORRUPT`
   */
  readonly commit: () => Promise<ChangeReport>;
  /** What a commit would bring there, for `commitTogether`. */
  readonly gathered: () => Gathered;
}

/**
 * Opens the way of a plugin into a client.
 *
 * @throws MarketplaceError `CLIENT_UNKNOWN`
 */
export function createInstallContext(options: InstallContextOptions): ClientContext {
  const { plugin } = options;
  const client = getClient(options.client);
  const shapes = new Set<string>();
  const wanted = new Map<string, WantedTarget>();
  const gathered = (): Gathered => {
    const change: Change = { plugin, client, shapes: [...shapes], wanted: [...wanted.values()] };
    return { folders: options, change };
  };
  const want = (target: WantedTarget): WrittenItem => {
    // The first shape keeps a place that two of them want, and the commit says so.
    wanted.set(`${target.shape} ${targetKey(target)}`, target);
    const { kind, path, name, digest } = target;
    return { kind, path, name, digest };
  };
  return {
    forShape(shape) {
      shapes.add(shape);
      return contextOf(options, shape, want);
    },
    gathered,
    async commit() {
      const [report] = await commitTogether([{ gathered }]);
      return report ?? { owned: [], removed: [], kept: [], findings: [] };
    },
  };
}

function contextOf(
  options: InstallContextOptions,
  shape: string,
  want: (target: WantedTarget) => WrittenItem,
): InstallContext {
  const { scope, plugin, pluginDir, permissions = {}, links = 'auto' } = options;
  const client = getClient(options.client);
  const places = client[scope];
  const baseDir = baseOf(options);
  return {
    client: client.id,
    scope,
    targetDir: baseDir,
    permissions,
    registerSkill: async (skill) => want(await wantSkill(shape, { ...skill, pluginDir, baseDir, links }, places)),
    registerMcpServer: async ({ name, server }) => want(wantServer(shape, name, server, client, places)),
    registerSubagent: async (agent) => want(wantSubagent(shape, agent, client, places)),
    registerGraph: async ({ name, value }) => want(wantGraph(shape, name, value)),
    appendMemory: async ({ from, text }) => want(wantMemory(shape, from, text, places)),
    remove: (item) => removeItem(options, { plugin, client, shape }, item),
  };
}
