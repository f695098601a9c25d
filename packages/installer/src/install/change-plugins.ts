import type { SelectionProblem, Target } from '../dependencies/candidate.js';
import { reach } from '../dependencies/reach.js';
import { selectPlugins } from '../dependencies/select-plugins.js';
import type { LockedPlugin } from '../state/locked-plugin.js';
import { approveChange } from './approve-change.js';
import { baseCandidate } from './base-candidate.js';
import { baseOf } from './base-of.js';
import { bringPlugin } from './bring-plugin.js';
import { checkLookAlikes } from './check-look-alikes.js';
import type { CheckedPlugin } from './check-plugin.js';
import { chooseEngines } from './choose-engines.js';
import { commitPlugins } from './commit-plugins.js';
import { inParallel } from './in-parallel.js';
import type { InstallPlan, RemovedPlugin } from './install-plan.js';
import type { ChangeResult } from './install-result.js';
import type { InstallSession } from './install-session.js';
import type { PluginCandidate } from './plugin-candidate.js';
import { refuseCandidate } from './refuse-candidate.js';
import { offerDependency } from './registry-offers.js';

/** What is to become of the plugins of a workspace. */
export interface PluginChange {
  /** `install a, b`; remembered in the history. */
  readonly action: string;
  /** What has to be there, the most wanted first; may be none. */
  readonly targets: readonly Target<PluginCandidate>[];
  /** Plugins that shall take their newest version. */
  readonly move?: SelectionProblem<PluginCandidate>['move'];
  /**
   * What becomes of plugins of the base that the selection does not touch: they stay as they are, brought where they are missing; they are
   * checked and healed as well; or they go.
   */
  readonly others: 'keep' | 'check' | 'drop';
  /** Whether a plugin counts as asked for. */
  readonly isRequested: (name: string, before: LockedPlugin | undefined) => boolean;
}

/** What a change came to, with what only this package needs of it. */
export interface MadeChange extends ChangeResult {
  readonly checked: readonly CheckedPlugin[];
}

/**
 * The way of every change that brings plugins: pick, obtain, check, approve, and only then commit, all by one flip.
 *
 * @throws MarketplaceError with a code of this package's README; nothing has changed then
 */
export async function changePlugins(session: InstallSession, change: PluginChange): Promise<MadeChange> {
  const { onProgress, signal, concurrency, rules = {} } = session;
  const picked = await pickPlugins(session, change);
  const keep = change.others === 'drop' ? [] : [...baseOf(session).keys()];
  const names = new Set([...picked.map(({ name }) => name), ...keep]);
  checkLookAlikes(names);
  const checked = await inParallel(picked, concurrency, (candidate) => bringPlugin(session, candidate));
  signal?.throwIfAborted();
  const { plan, grant } = await approveChange(session, checked, removedBy(session, names));
  if (rules.dryRun === true) return { ...plan, changed: false, checked };
  signal?.throwIfAborted();
  onProgress({ phase: 'committing' });
  await grant();
  const settled = await chooseEngines(session, checked);
  const changed = await commitPlugins(session, { ...change, checked: settled, keep });
  return { ...withEngines(plan, settled), changed, checked: settled };
}

/** What has to be obtained: what was selected, the first target first, and what the base has and nobody has installed. */
export async function pickPlugins(session: InstallSession, change: PluginChange): Promise<readonly PluginCandidate[]> {
  const { targets, others } = change;
  const base = new Map(
    [...baseOf(session)].map(([name, locked]) => [name, baseCandidate(session, { name, locked }, others === 'check')]),
  );
  const chosen = targets.length === 0 ? new Map<string, PluginCandidate>() : await select(session, change, base);
  const rest = [...base.values()].filter(({ name, origin }) => !chosen.has(name) && origin.kind === 'locked');
  const [first, ...more] = chosen.values();
  const sorted = [...more, ...(others === 'drop' ? [] : rest)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return first === undefined ? sorted : [first, ...sorted];
}

async function select(
  session: InstallSession,
  { targets, move, others }: PluginChange,
  base: ReadonlyMap<string, PluginCandidate>,
): Promise<ReadonlyMap<string, PluginCandidate>> {
  const { overrides, signal, onProgress } = session;
  onProgress({ phase: 'selecting' });
  const names = targets.map(({ name }) => name);
  return selectPlugins<PluginCandidate>({
    root: targets,
    // What is about to go has no say.
    installed: others === 'drop' ? reach(base, names) : base,
    offer: (name) => offerDependency(session, name),
    move,
    overrides,
    refuse: (candidate) => refuseCandidate(session, candidate),
    signal,
  });
}

function withEngines(plan: InstallPlan, checked: readonly CheckedPlugin[]): InstallPlan {
  const engines = new Map(checked.map(({ plugin, engine }) => [plugin.name, engine]));
  const plugins = plan.plugins.map((one) => {
    const engine = engines.get(one.name);
    return engine === undefined ? one : { ...one, engine };
  });
  return { ...plan, plugins };
}

function removedBy({ current }: InstallSession, staying: ReadonlySet<string>): readonly RemovedPlugin[] {
  const gone = [...current.plugins].filter(([name]) => !staying.has(name));
  return gone.map(([name, { version }]) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1));
}
