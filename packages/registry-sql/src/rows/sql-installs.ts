import type { Engine } from '../engine/engine.js';
import { askingOf } from './asking.js';
import type { InstallRow, InstallRows } from './install-rows.js';
import { readJson } from './json-text.js';

/** The installs of a database. */
export function createInstallRows(engine: Engine): InstallRows {
  const { build } = engine;
  const { all, change } = askingOf(engine);
  const installs = build.selectFrom('installs').selectAll();
  return {
    async put(install) {
      const { workspace, plugin, ...rest } = keptOf(install);
      await change(
        build
          .insertInto('installs')
          .values({ workspace, plugin, ...rest })
          .onConflict((same) => same.columns(['workspace', 'plugin']).doUpdateSet(rest)),
      );
    },
    async find(workspace, plugin) {
      const [row] = await all(installs.where('workspace', '=', workspace).where('plugin', '=', plugin));
      return row === undefined ? undefined : readInstall(row);
    },
    async list(workspace) {
      return (await all(installs.where('workspace', '=', workspace).orderBy('plugin'))).map(readInstall);
    },
    async remove(workspace, plugin) {
      const one = build.deleteFrom('installs').where('workspace', '=', workspace).where('plugin', '=', plugin);
      return (await change(one.returning('plugin'))).length > 0;
    },
  };
}

interface KeptInstall {
  readonly workspace: string;
  readonly plugin: string;
  readonly version: string;
  readonly source: string;
  readonly resolved: string;
  readonly content_digest: string;
  readonly integrity: string | null;
  readonly key_id: string | null;
  readonly installed_at: string;
  readonly manifest: string;
}

function keptOf({ contentDigest, integrity, keyId, installedAt, manifest, ...rest }: InstallRow): KeptInstall {
  return {
    ...rest,
    content_digest: contentDigest,
    integrity: integrity ?? null,
    key_id: keyId ?? null,
    installed_at: installedAt,
    manifest: JSON.stringify(manifest),
  };
}

function readInstall({ content_digest, integrity, key_id, installed_at, manifest, ...rest }: KeptInstall): InstallRow {
  return {
    ...rest,
    contentDigest: content_digest,
    ...(integrity === null ? {} : { integrity }),
    ...(key_id === null ? {} : { keyId: key_id }),
    installedAt: installed_at,
    manifest: readJson(manifest),
  };
}
