import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandoned } from '@agentmesh/files';
import type { OwnedTarget } from '../journal/owned-target.js';
import { getClient } from '../table/get-client.js';
import { clearSkillFolder } from '../target/skill-folder.js';
import { applyChanges } from './apply-changes.js';
import type { Scene } from './change.js';

/** Carries changes to their end that a killed process had begun. Only for whoever holds the lock. */
export async function healChanges(scene: Scene): Promise<void> {
  const { store, baseDir } = scene;
  const pending = await store.findPending();
  if (pending === undefined) return;
  const base = await realpath(baseDir);
  for (const { plugin, client, wanted } of pending.changes) {
    const { clients } = await store.readPlugin(plugin);
    await clearRemains(base, [...wanted, ...(clients[client] ?? [])], pending.token);
    await store.clearRemains(plugin);
  }
  const changes = pending.changes.map((change) => ({ ...change, client: getClient(change.client) }));
  await applyChanges(scene, changes, pending);
}

async function clearRemains(base: string, targets: readonly OwnedTarget[], token: string): Promise<void> {
  for (const { kind, path } of targets) {
    if (kind === 'skill') await clearSkillFolder(join(base, path), token);
    else if (kind !== 'graph') await removeAbandoned(join(base, path));
  }
}
