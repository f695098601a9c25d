import type { Engine } from '../engine/engine.js';
import { prepareQuery } from '../engine/prepare-query.js';
import { askingOf } from './asking.js';
import { readJson } from './json-text.js';
import type { TokenRow, TokenRows } from './token-rows.js';

/** The tokens of a database. */
export function createTokenRows(engine: Engine): TokenRows {
  const { build } = engine;
  const { all, change } = askingOf(engine);
  const tokens = build.selectFrom('tokens').selectAll();
  // Asked for with every request that has one.
  const byId = prepareQuery<{ id: string }, KeptToken>((place) => tokens.where('id', '=', place('id')));
  return {
    async add({ id, hash, label, scopes, ...times }) {
      const row = { id, hash, label, scopes: JSON.stringify(scopes), created_at: times.createdAt };
      const ends = { expires_at: times.expiresAt ?? null, revoked_at: times.revokedAt ?? null };
      await change(build.insertInto('tokens').values({ ...row, ...ends }));
    },
    async find(id) {
      const [row] = await engine.read(byId({ id }));
      return row === undefined ? undefined : readToken(row);
    },
    async list() {
      return (await all(tokens.orderBy('created_at').orderBy('id'))).map(readToken);
    },
    async revoke(id, at) {
      const open = build.updateTable('tokens').set({ revoked_at: at }).where('revoked_at', 'is', null);
      return (await change(open.where('id', '=', id).returning('id'))).length > 0;
    },
    async count() {
      const [row] = await all(build.selectFrom('tokens').select((token) => token.fn.countAll<number>().as('count')));
      return row?.count ?? 0;
    },
  };
}

interface KeptToken {
  readonly id: string;
  readonly hash: string;
  readonly label: string;
  readonly scopes: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

function readToken({ id, hash, label, scopes, created_at, expires_at, revoked_at }: KeptToken): TokenRow {
  const list = readJson(scopes);
  return {
    id,
    hash,
    label,
    scopes: Array.isArray(list) ? list.filter((scope) => typeof scope === 'string') : [],
    createdAt: created_at,
    ...(expires_at === null ? {} : { expiresAt: expires_at }),
    ...(revoked_at === null ? {} : { revokedAt: revoked_at }),
  };
}
