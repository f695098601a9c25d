import type { ChangeResult, PlacedPlugin } from '@agentmesh/installer';

/** One plugin of a change, as `--json` prints it. */
interface PlacedRow {
  readonly name: string;
  readonly version: string;
  readonly change: PlacedPlugin['change'];
  readonly from: { readonly version: string; readonly digest: string } | null;
  readonly source: string;
  readonly resolved: string;
  /** True for a folder under development. */
  readonly unpinned: boolean;
  /** True for a plugin of another format, which nobody can have signed. */
  readonly foreign: boolean;
  readonly digest: string;
  readonly bytes: number;
  readonly key_id: string | null;
  readonly verification: string;
  readonly engine: string | null;
  readonly permissions: object;
  readonly permissions_added: readonly string[];
  readonly permissions_removed: readonly string[];
  readonly findings: PlacedPlugin['findings'];
}

/** What commands that bring plugins print with `--json`. */
export interface ChangeReport {
  readonly dry_run: boolean;
  /** Whether anything was written. */
  readonly changed: boolean;
  /** Every plugin of the change, kept ones among them. */
  readonly installed: readonly PlacedRow[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  readonly refused: readonly { readonly name: string; readonly version: string; readonly reason: string }[];
}

/** A change as data. */
export function reportOf({ plugins, removed, refused, changed }: ChangeResult, dryRun: boolean): ChangeReport {
  return { dry_run: dryRun, changed, installed: plugins.map(toRow), removed, refused };
}

function toRow(plugin: PlacedPlugin): PlacedRow {
  const { name, version, change, from, source, resolved, digest, bytes, verification, findings } = plugin;
  return {
    name,
    version,
    change,
    from: from ?? null,
    source,
    resolved,
    unpinned: plugin.unpinned === true,
    foreign: plugin.foreign === true,
    digest,
    bytes,
    key_id: plugin.keyId ?? null,
    verification,
    engine: plugin.engine ?? null,
    permissions: plugin.permissions ?? {},
    permissions_added: plugin.permissionDiff?.added ?? [],
    permissions_removed: plugin.permissionDiff?.removed ?? [],
    findings,
  };
}
