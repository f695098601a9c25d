import type { Engine } from '../engine/engine.js';
import { askingOf } from './asking.js';
import type { CredentialRows, ListedCredential } from './credential-rows.js';

const LISTED = ['workspace', 'host', 'scheme', 'username', 'created_at', 'last_used_at'] as const;

/** The credentials of a database. */
export function createCredentialRows(engine: Engine): CredentialRows {
  const { build } = engine;
  const { all, change } = askingOf(engine);
  return {
    async put({ workspace, host, scheme, username, sealed, createdAt, lastUsedAt }) {
      const rest = {
        username: username ?? null,
        sealed,
        created_at: createdAt,
        last_used_at: lastUsedAt ?? null,
      };
      await change(
        build
          .insertInto('credentials')
          .values({ workspace, host, scheme, ...rest })
          .onConflict((same) => same.columns(['workspace', 'host', 'scheme']).doUpdateSet(rest)),
      );
    },
    async find(workspace, host, scheme) {
      const one = build
        .selectFrom('credentials')
        .select([...LISTED, 'sealed'])
        .where('workspace', '=', workspace);
      const [row] = await all(one.where('host', '=', host).where('scheme', '=', scheme));
      return row === undefined ? undefined : { ...readCredential(row), sealed: row.sealed };
    },
    async list(workspace) {
      const some = build.selectFrom('credentials').select(LISTED).where('workspace', '=', workspace);
      return (await all(some.orderBy('host').orderBy('scheme'))).map(readCredential);
    },
    async remove(workspace, host, scheme) {
      const one = build.deleteFrom('credentials').where('workspace', '=', workspace).where('host', '=', host);
      return (await change(one.where('scheme', '=', scheme).returning('host'))).length > 0;
    },
    async touch({ workspace, host, scheme, at }) {
      const one = build.updateTable('credentials').set({ last_used_at: at }).where('workspace', '=', workspace);
      await change(one.where('host', '=', host).where('scheme', '=', scheme));
    },
  };
}

interface KeptCredential {
  readonly workspace: string;
  readonly host: string;
  readonly scheme: string;
  readonly username: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

function readCredential(row: KeptCredential): ListedCredential {
  const { workspace, host, scheme, username, created_at: createdAt, last_used_at: lastUsedAt } = row;
  return {
    workspace,
    host,
    scheme,
    ...(username === null ? {} : { username }),
    createdAt,
    ...(lastUsedAt === null ? {} : { lastUsedAt }),
  };
}
