import { addGrants, type Grant } from '../project/grants.js';
import { weighPermissions } from '../project/weigh-permissions.js';
import type { CheckedPlugin } from './check-plugin.js';
import { checkRails } from './check-rails.js';
import type { InstallPlan, RemovedPlugin } from './install-plan.js';
import type { PlacedPlugin } from './install-result.js';
import type { InstallSession } from './install-session.js';
import { PermissionsWidened } from './permissions-widened.js';
import { toPlaced } from './to-placed.js';

/** A change that may be made. */
export interface ApprovedChange {
  readonly plan: InstallPlan;
  /** Writes down what was granted; to be called just before the change is committed. */
  readonly grant: () => Promise<void>;
}

/**
 * The last word before a commit: no downgrade, no version that changed, no permission that nobody granted. Tells the plan, and asks
 * where there is somebody to ask.
 *
 * @param checked in the order that the plan shows
 * @throws MarketplaceError `DOWNGRADE_REFUSED`, `VERSION_RETAGGED`, `PERMISSIONS_WIDENED`, `PERMISSIONS_INVALID`
 */
export async function approveChange(
  session: InstallSession,
  checked: readonly CheckedPlugin[],
  removed: readonly RemovedPlugin[] = [],
): Promise<ApprovedChange> {
  for (const one of checked) checkRails(session, one);
  const { plugins, grants } = await weigh(session, checked);
  const plan: InstallPlan = { plugins, removed, refused: toRefused(session) };
  const { rules = {}, project } = session;
  rules.onPlan?.(plan);
  if (rules.dryRun === true) await rules.onStaged?.(checked.flatMap(({ plugin }) => plugin.staged ?? []));
  else await assertGranted(session, plan);
  return { plan, grant: async () => (project === undefined ? undefined : addGrants(project, grants)) };
}

async function weigh(
  { project, current }: InstallSession,
  checked: readonly CheckedPlugin[],
): Promise<{ readonly plugins: readonly PlacedPlugin[]; readonly grants: readonly Grant[] }> {
  const placed = checked.map((one) => toPlaced(one, current.plugins.get(one.plugin.name)));
  if (project === undefined) return { plugins: placed, grants: [] };
  const asking = placed.filter(({ permissions, from }) => permissions !== undefined || from !== undefined);
  const weighed = await weighPermissions(
    project,
    asking.map(({ name, digest, permissions, from }) => ({ name, digest, asked: permissions, before: from?.digest })),
  );
  const plugins = placed.map((one) => {
    const diff = weighed.get(one.name)?.diff;
    const isSame = diff === undefined || diff.added.length + diff.removed.length === 0;
    return isSame ? one : { ...one, permissionDiff: diff };
  });
  return { plugins, grants: [...weighed.values()].flatMap(({ grant }) => grant ?? []) };
}

async function assertGranted({ rules = {} }: InstallSession, plan: InstallPlan): Promise<void> {
  const widening = plan.plugins.flatMap(({ name, version, permissionDiff }) => {
    const added = permissionDiff?.added ?? [];
    return added.length === 0 ? [] : [{ name, version, added }];
  });
  if (widening.length === 0 || rules.allowPermissions === true) return;
  if ((await rules.confirm?.(plan)) !== true) throw new PermissionsWidened(widening);
}

function toRefused({ refused }: InstallSession): InstallPlan['refused'] {
  return [...(refused ?? [])].map(([key, { reason }]) => {
    const [name = '', version = ''] = key.split(' ');
    return { name, version, reason };
  });
}
