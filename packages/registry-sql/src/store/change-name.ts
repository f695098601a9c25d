import { nameKey } from '@agentmesh/manifest';
import type { NameRows } from '@agentmesh/registry';
import type { Run } from '../engine/query.js';
import { auditColumns } from '../rows/audit-columns.js';
import type { EntryReader } from './entry-row.js';
import { type KnownVersion, keepDraft } from './keep-draft.js';
import { SqlDraft } from './sql-draft.js';
import type { StoreQueries } from './store-queries.js';

/** What a change works with. */
export interface ChangeContext {
  readonly queries: StoreQueries;
  readonly reader: EntryReader;
}

/** Runs a work on one name's rows, inside a transaction that has the name to itself. */
export async function changeName<T>(
  { queries, reader }: ChangeContext,
  run: Run,
  { name, work }: { readonly name: string; readonly work: (rows: NameRows) => T },
): Promise<T> {
  const alike = await run(queries.alike({ key: nameKey(name) }));
  const plugin = alike.find((row) => row.name === name)?.id;
  const rows = plugin === undefined ? [] : await run(queries.placed({ plugin }));
  const versions = rows.map((row): KnownVersion => ({ id: row.id, place: row.place, entry: reader.read(row) }));
  const owners = plugin === undefined ? [] : await run(queries.owners({ name }));
  const keys = owners.map((row) => ({ keyId: row.key_id, publicKey: row.public_key }));
  const draft = new SqlDraft({
    versions: versions.map(({ entry }) => entry),
    owners: keys,
    lookalikes: alike.map((row) => row.name).filter((other) => other !== name),
  });
  const answer = work(draft);
  await keepDraft({ queries, run }, { name, plugin, versions, owners: keys }, draft);
  for (const blob of draft.blobs) await run(queries.keepBlob(blob));
  for (const note of draft.notes) await run(queries.addEvent(auditColumns(note)));
  return answer;
}
