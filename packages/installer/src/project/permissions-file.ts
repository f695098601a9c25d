import { type Finding, nearest } from '@agentmesh/errors';
import { isPluginName, type Permissions } from '@agentmesh/manifest';
import { type PlainYaml, parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { PERMISSION_AMOUNTS, PERMISSION_LISTS } from './permission-diff.js';
import { projectError } from './project-error.js';
import { textOf, type YamlEntry, yamlEntries } from './yaml-entries.js';

/** What was granted: by the name of a plugin, then by the `h1:` digest of its files. */
export type GrantTable = ReadonlyMap<string, ReadonlyMap<string, Permissions>>;

const VERSION = '1';
const DIGEST = /^h1:[A-Za-z0-9+/]{43}=$/;
const MAX_ITEMS = 100;
const MAX_TEXT = 1024;
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const KEYS: readonly string[] = [...PERMISSION_LISTS, ...PERMISSION_AMOUNTS];

/**
 * Reads `agentmesh.permissions.yaml`.
 *
 * @throws MarketplaceError `PERMISSIONS_INVALID` with every problem as a finding
 */
export function parsePermissionsFile(bytes: Uint8Array, path: string): GrantTable {
  const file = parsePlainYaml(bytes);
  if (!('document' in file)) throw projectError('PERMISSIONS_INVALID', path, file);
  const findings: Finding[] = [];
  const table = readTable(file, (code, place, { node }, message) => {
    findings.push({ code, severity: 'error', path: place, line: file.lineOf(node), message });
  });
  if (findings.length > 0) throw projectError('PERMISSIONS_INVALID', path, findings);
  return table;
}

type Report = (code: string, path: string, entry: YamlEntry, message: string) => void;

function readTable(file: PlainYaml, report: Report): GrantTable {
  let table: GrantTable = new Map();
  for (const entry of yamlEntries(file.map)) {
    if (entry.key === 'plugins') table = readPlugins(entry, report);
    else if (entry.key === 'permissions_version') {
      if (entry.text !== VERSION) report('version-unknown', entry.key, entry, `expected ${VERSION}`);
    } else unknown(entry, ['permissions_version', 'plugins'], '', report);
  }
  return table;
}

function readPlugins(entry: YamlEntry, report: Report): GrantTable {
  const table = new Map<string, ReadonlyMap<string, Permissions>>();
  for (const plugin of yamlEntries(entry.map)) {
    const place = `plugins.${plugin.key}`;
    if (!isPluginName(plugin.key)) {
      report('name-invalid', place, plugin, 'expected the name of a plugin');
      continue;
    }
    const digests = new Map<string, Permissions>();
    for (const one of yamlEntries(plugin.map)) {
      if (DIGEST.test(one.key)) digests.set(one.key, readPermissions(one, `${place}.${one.key}`, report));
      else report('digest-invalid', place, one, 'expected an h1: digest');
    }
    table.set(plugin.key, digests);
  }
  return table;
}

function readPermissions(entry: YamlEntry, place: string, report: Report): Permissions {
  const found: Record<string, readonly string[] | number> = {};
  for (const one of yamlEntries(entry.map)) {
    const value = KEYS.includes(one.key) ? readValue(one) : undefined;
    if (!KEYS.includes(one.key)) unknown(one, KEYS, `${place}.`, report);
    else if (value === undefined)
      report('permission-invalid', `${place}.${one.key}`, one, 'expected what a manifest may ask for');
    else found[one.key] = value;
  }
  return found;
}

function readValue({ key, text, value }: YamlEntry): readonly string[] | number | undefined {
  if (PERMISSION_AMOUNTS.some((amount) => amount === key)) {
    const amount = /^[1-9]\d*$/.test(text ?? '') ? Number(text) : Number.NaN;
    return Number.isSafeInteger(amount) ? amount : undefined;
  }
  const items = typeof value === 'object' && value !== null && 'items' in value ? value.items : undefined;
  if (!Array.isArray(items) || items.length > MAX_ITEMS) return undefined;
  const texts = items.map(textOf);
  return texts.every(isItem) ? texts : undefined;
}

function isItem(text: string | undefined): text is string {
  return text !== undefined && text !== '' && text.length <= MAX_TEXT && !CONTROL.test(text) && text.isWellFormed();
}

function unknown(entry: YamlEntry, known: readonly string[], prefix: string, report: Report): void {
  const meant = nearest(entry.key, known);
  const instead = meant === undefined ? `; expected ${known.join(', ')}` : `; did you mean ${meant}?`;
  report('key-unknown', `${prefix}${entry.key}`, entry, `no such key${instead}`);
}

const HEADER = `# What plugins may do, by the digest of their files. Written by agentmesh; look at a change of it as at one of code.
permissions_version: ${VERSION}
`;

/** Writes `agentmesh.permissions.yaml`: sorted, so that the same grants give the same bytes. */
export function formatPermissionsFile(table: GrantTable): string {
  const names = [...table].filter(([, digests]) => digests.size > 0).sort(byKey);
  if (names.length === 0) return `${HEADER}plugins: {}\n`;
  const lines = names.flatMap(([name, digests]) => [
    `  ${JSON.stringify(name)}:`,
    ...[...digests].sort(byKey).flatMap(([digest, permissions]) => formatGrant(digest, permissions)),
  ]);
  return `${HEADER}plugins:\n${lines.join('\n')}\n`;
}

function formatGrant(digest: string, permissions: Permissions): readonly string[] {
  const lists = PERMISSION_LISTS.flatMap((key) => {
    const items = permissions[key] ?? [];
    return items.length === 0 ? [] : [`      ${key}:`, ...items.map((item) => `        - ${JSON.stringify(item)}`)];
  });
  const amounts = PERMISSION_AMOUNTS.flatMap((key) =>
    permissions[key] === undefined ? [] : [`      ${key}: ${permissions[key]}`],
  );
  const lines = [...lists, ...amounts];
  const head = `    ${JSON.stringify(digest)}:`;
  return lines.length === 0 ? [`${head} {}`] : [head, ...lines];
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
