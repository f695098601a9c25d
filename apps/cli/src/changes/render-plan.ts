import { printable } from '@agentmesh/errors';
import type { InstallPlan, PlacedPlugin } from '@agentmesh/installer';
import { formatBytes } from '../render/bytes.js';
import { style } from '../render/style.js';
import { renderTable } from '../render/table.js';

const VERBS: Readonly<Record<PlacedPlugin['change'], string>> = {
  installed: 'install',
  updated: 'update',
  downgraded: 'downgrade',
  replaced: 'replace',
  kept: 'keep',
  healed: 'heal',
};

/** What is about to happen: a table of plugins, what they ask for, and warnings. */
export function renderPlan(plan: InstallPlan): string {
  const rows = plan.plugins.map((plugin) => [
    VERBS[plugin.change],
    plugin.name,
    versionOf(plugin),
    formatBytes(plugin.bytes),
    plugin.keyId ?? (plugin.foreign === true ? 'unsigned' : plugin.verification),
    plugin.unpinned === true ? `${plugin.source} (unpinned)` : plugin.source,
  ]);
  const gone = plan.removed.map(({ name, version }) => ['remove', name, version, '-', '-', '-']);
  const table = renderTable(['PLAN', 'NAME', 'VERSION', 'SIZE', 'SIGNED BY', 'SOURCE'], [...rows, ...gone]);
  return [table, renderPermissions(plan), ...renderWarnings(plan)].filter((text) => text !== '').join('\n');
}

/** What the plugins of a plan ask for, new and dropped permissions marked; '' when none asks for anything. */
function renderPermissions({ plugins }: InstallPlan): string {
  return plugins.flatMap(renderAsked).join('\n');
}

function renderAsked({ name, version, permissions = {}, permissionDiff }: PlacedPlugin): readonly string[] {
  const { added = [], removed = [] } = permissionDiff ?? {};
  const known = items(permissions).filter((item) => !added.includes(item));
  if (known.length + added.length + removed.length === 0) return [];
  return [
    `${name} ${version} asks for`,
    ...known.map((item) => `    ${printable(item, 1_100)}`),
    ...added.map((item) => style('yellow', `  + ${printable(item, 1_100)}`)),
    ...removed.map((item) => style('green', `  - ${printable(item, 1_100)}`)),
  ];
}

function items(permissions: object): readonly string[] {
  return Object.entries(permissions).flatMap(([key, value]) =>
    Array.isArray(value) ? value.map((item) => `${key} ${item}`) : [`${key} ${value}`],
  );
}

function renderWarnings({ plugins, refused }: InstallPlan): readonly string[] {
  const findings = plugins.flatMap(({ name, change, findings: found }) =>
    change === 'kept'
      ? []
      : found.map(({ message }) => `${style('yellow', 'Warning')} ${name}: ${printable(message, 500)}`),
  );
  const passed = refused.map(
    ({ name, version, reason }) => `passed over ${name} ${version}, which ${printable(reason, 1_100)}`,
  );
  return [...findings, ...passed];
}

/** `1.0.0 → 1.1.0` where it changes. */
export function versionOf({ from, version }: Pick<PlacedPlugin, 'from' | 'version'>): string {
  return from === undefined || from.version === version ? version : `${printable(from.version)} → ${version}`;
}
