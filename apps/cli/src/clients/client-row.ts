import type { ActivatedPlugin } from '@agentmesh/activation';
import type { Finding } from '@agentmesh/errors';

/** Something that stands in a client, or stood there. */
interface ItemRow {
  readonly kind: string;
  /** Below the project's or the home folder. */
  readonly path: string;
  /** Which entry or block of the file; empty where the path says it all. */
  readonly name: string;
}

/** What became of a plugin in a client, as `--json` prints it. */
export interface ClientRow {
  readonly plugin: string;
  readonly client: string;
  readonly scope: 'project' | 'user';
  readonly shapes: readonly string[];
  readonly written: readonly ItemRow[];
  readonly removed: readonly ItemRow[];
  readonly kept: readonly (ItemRow & { readonly reason: string; readonly message: string })[];
  readonly findings: readonly Finding[];
}

/** A row of a report as data. */
export function toClientRow(row: ActivatedPlugin, scope: 'project' | 'user'): ClientRow {
  const { plugin, client, activations, removed, kept, findings } = row;
  const active = activations.filter(({ written }) => written.length > 0);
  return {
    plugin,
    client,
    scope,
    shapes: active.map(({ shape }) => shape),
    written: active.flatMap(({ written }) => written.map(toItem)),
    removed: removed.map(toItem),
    kept: kept.map(({ reason, message, ...item }) => ({ ...toItem(item), reason, message })),
    findings,
  };
}

function toItem({ kind, path, name }: ItemRow): ItemRow {
  return { kind, path, name };
}
