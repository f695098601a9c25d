import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { findDisagreements } from '../project/find-disagreements.js';
import { baseOf } from './base-of.js';
import { type BegunChange, beginChange } from './begin-change.js';
import { changePlugins, type MadeChange } from './change-plugins.js';
import { findTarget } from './find-target.js';
import { inParallel } from './in-parallel.js';
import type { InstallContext } from './install-context.js';
import type { InstallOptions, InstallResult } from './install-result.js';
import { type InstallTarget, readTarget } from './read-target.js';
import { requestedBy } from './requested-by.js';
import { showSource } from './show-source.js';
import { wantedTargets } from './wanted-targets.js';

/** One install of one or more names or sources. See `PluginInstaller.install`. */
export async function installPlugins(
  context: InstallContext,
  namesOrSources: readonly string[],
  options: InstallOptions,
): Promise<InstallResult> {
  const wanted = namesOrSources.map((text) => readTarget(text, context.developmentDir));
  if (wanted.length === 0 || (wanted.length > 1 && options.version !== undefined)) throw badCall();
  const action = `install ${namesOrSources.map(showSource).join(', ')}`;
  const made = await beginChange(context, action, options, async (change) => {
    const { session, project } = change;
    const targets = await inParallel(wanted, session.concurrency, (one) => findTarget(session, one, options.version));
    noteAsked(
      change,
      targets.map(({ name }, at) => ({ name, target: wanted[at], version: options.version })),
    );
    const names = new Set(targets.map(({ name }) => name));
    if (names.size < targets.length) throw badCall();
    const others = await openTargets(change, names);
    return changePlugins(session, {
      action,
      targets: [...targets, ...others],
      others: 'keep',
      isRequested: requestedBy(project, names),
    });
  });
  return toResult(context, made);
}

/** What `agentmesh.yaml` asks for and the lock does not have yet comes along: the lock that is written has to fit. */
async function openTargets(
  { session, project }: BegunChange,
  names: ReadonlySet<string>,
): Promise<Awaited<ReturnType<typeof wantedTargets>>> {
  const plugins = project?.file.plugins;
  if (project === undefined || plugins === undefined) return [];
  const open = findDisagreements(project.file, baseOf(session)).filter(({ name }) => !names.has(name));
  if (open.length === 0) return [];
  return wantedTargets(session, new Map([...plugins].filter(([name]) => !names.has(name))));
}

interface Asked {
  readonly name: string;
  readonly target: InstallTarget | undefined;
  readonly version: string | undefined;
}

/** A range or version that the user typed stands in `agentmesh.yaml` as typed; so does a source. */
function noteAsked({ asked }: BegunChange, all: readonly Asked[]): void {
  for (const { name, target, version } of all) {
    const text = version ?? (target?.kind === 'registry' ? target.version : undefined);
    if (text !== undefined && target?.kind === 'registry') asked.set(name, text);
  }
}

function badCall(): MarketplaceError {
  return new MarketplaceError('Expected one or more plugins, each once; a version for one plugin alone', {
    code: 'USAGE',
    hint: 'With several plugins write NAME@VERSION.',
  });
}

function toResult({ workspace }: InstallContext, { checked, ...made }: MadeChange): InstallResult {
  const [root] = checked;
  const [first] = made.plugins;
  if (root === undefined || first === undefined) throw new TypeError('An install without a plugin');
  return {
    ...made,
    path: join(workspace.pluginsDir, first.name),
    manifest: root.plugin.manifest,
    verification: first.verification,
    manifestOnly: first.manifestOnly,
    installed: made.plugins,
  };
}
