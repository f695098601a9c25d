import type { Removal, WrittenItem } from './activation.js';
import type { Permissions } from './permissions.js';
import type { GraphRegistration, McpServer, MemoryBlock, SkillRegistration, Subagent } from './registration.js';

/**
 * One client that a plugin is brought into. It alone knows where and how things are written, and it alone writes.
 *
 * Each function answers what stands there afterwards, or will once the context is committed: a context may gather first, so
 * that a journal comes before the first write. Registering the same kind and name again replaces, never duplicates.
 * Whatever cannot be registered rejects with a `MarketplaceError`; the rest goes on.
 */
export interface InstallContext {
  /** Id of the client: `claude`. */
  readonly client: string;
  /** Whether things go into a project's folder or into the user's own. */
  readonly scope: 'project' | 'user';
  /** Absolute path of that folder. */
  readonly targetDir: string;
  /** What the plugin is granted here. */
  readonly permissions: Permissions;
  registerSkill(skill: SkillRegistration): Promise<WrittenItem>;
  registerMcpServer(server: { readonly name: string; readonly server: McpServer }): Promise<WrittenItem>;
  registerSubagent(agent: Subagent): Promise<WrittenItem>;
  registerGraph(graph: GraphRegistration): Promise<WrittenItem>;
  appendMemory(block: MemoryBlock): Promise<WrittenItem>;
  /**
   * Removes a thing that an earlier activation wrote, when it is unchanged. What is gone already counts as removed.
   * Paths come from a journal: one that leads out of `targetDir` is kept, with the reason `outside`.
   */
  remove(item: WrittenItem): Promise<Removal>;
}
