import { findEntry, type Permissions, runtimeOf } from '@agentmesh/manifest';
import type { Engine, EngineId } from './engines/engine.js';
import { type IsolationLevel, meetsIsolation } from './isolation/isolation.js';
import { type EffectivePermissions, effectivePermissions } from './permissions/effective-permissions.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { PluginFrame } from './pool/guest-call.js';
import type { PreparedPlugins } from './prepared-plugins.js';
import type { SandboxLimits } from './sandbox-limits.js';
import type { PluginSandboxOptions } from './sandbox-options.js';
import type { Setup } from './setup.js';
import type { VerifiedTree } from './verify-tree.js';

/** What a plugin runs in, and with what. */
export interface CallPlan {
  readonly engine: Engine;
  readonly level: IsolationLevel;
  readonly plugin: PluginFrame;
  readonly permissions: EffectivePermissions;
}

/** What {@link planCall} plans with. */
export interface PlanContext {
  readonly setup: Setup;
  readonly options: PluginSandboxOptions;
  readonly limits: SandboxLimits;
  readonly prepared: PreparedPlugins;
  /** A file to run in place of the manifest's entry. */
  readonly entry?: string | undefined;
  /** What runs a JavaScript plugin of which nothing says it. */
  chooseEngine(tree: VerifiedTree): Promise<'node' | 'quickjs'>;
}

/**
 * Decides what runs a verified plugin, what it may, and makes it ready.
 *
 * @throws MarketplaceError `NO_ENTRY`, `ENTRY_AMBIGUOUS`, `TREE_TAMPERED`; PluginSandboxError `SANDBOX_UNAVAILABLE`,
 * `PERMISSION_REFUSED`, `PLUGIN_TOO_LARGE`, `TYPESCRIPT_UNSUPPORTED`
 */
export async function planCall(tree: VerifiedTree, context: PlanContext): Promise<CallPlan> {
  const { setup, options, limits, prepared } = context;
  const entry = findEntry(
    context.entry === undefined ? tree.manifest : { ...tree.manifest, entry: context.entry },
    paths(tree),
  );
  const id = await engineOf(tree, entry, context);
  const level = setup.levelFor(id, tree.manifest.name);
  const { permissions: asked } = tree.manifest;
  const granted = asked === undefined ? undefined : await grantedTo(tree, asked, options);
  const { env = {}, workspaceDir } = options;
  const permissions = await effectivePermissions(asked, granted, { limits, env, workspaceDir });
  assertFilesPossible(tree.manifest.name, level, permissions);
  const engine = setup.engine(id, permissions.memoryBytes);
  return { engine, level, permissions, plugin: await prepared.get(tree, engine, entry) };
}

/** The manifest decides, then what was found out at install; never what happens in a call. */
async function engineOf(tree: VerifiedTree, entry: string, context: PlanContext): Promise<EngineId> {
  const runtime = runtimeOf(tree.manifest, entry);
  if (runtime !== 'javascript') return runtime;
  return tree.manifest.engine ?? tree.engine ?? (await context.chooseEngine(tree));
}

async function grantedTo(tree: VerifiedTree, asked: Permissions, options: PluginSandboxOptions): Promise<Permissions> {
  return options.grants === undefined ? asked : options.grants(tree);
}

/** Only a box of the system has a file system of its own to put them in. */
function assertFilesPossible(
  plugin: string,
  level: IsolationLevel,
  { reads, scratchBytes }: EffectivePermissions,
): void {
  if (meetsIsolation(level, 'os-basic') || (reads.length === 0 && scratchBytes === undefined)) return;
  throw new PluginSandboxError(`Plugin ${plugin} asks for files, which it cannot have at the level ${level}`, {
    code: 'SANDBOX_UNAVAILABLE',
    hint: 'Run it where there is isolation by the operating system, or do not grant read and scratch (option grants).',
  });
}

function* paths(tree: VerifiedTree): Iterable<string> {
  for (const file of tree.files) yield file.path;
}
