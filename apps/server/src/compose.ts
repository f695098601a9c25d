import { join } from 'node:path';
import { PluginRegistry } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import type { AppDeps } from './app-deps.js';
import { checkFiles, readManifest } from './aside/publish-checks.js';
import type { ServerConfig } from './config/server-config.js';
import { createLifecycle } from './lifecycle.js';
import { createLogger } from './logger.js';
import { openArtifacts } from './open-artifacts.js';
import { createMetrics } from './operations/metrics.js';
import { prepareFolders } from './prepare-folders.js';
import { openStageArea } from './stage-area.js';
import { openWorkspaceParts } from './workspaces/open-workspace-parts.js';

/**
 * Wires every package to the configuration. The one place where implementations are chosen.
 *
 * @throws MarketplaceError `DATABASE_UNAVAILABLE`, `DATABASE_NEWER`, `SETTINGS_INVALID`
 */
export async function compose(config: ServerConfig): Promise<AppDeps> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    return await wire(config, opened);
  } catch (error) {
    // What is open would keep the process, which has nothing to do any more.
    await Promise.allSettled(opened.map((part) => part.close()));
    throw error;
  }
}

async function wire(config: ServerConfig, opened: { close(): Promise<void> }[]): Promise<AppDeps> {
  const now = (): Date => new Date();
  await prepareFolders(config);
  const stages = await openStageArea(join(config.dataDir, 'stages'));
  opened.push(stages);
  const database = await openDatabase({ url: config.database });
  opened.push(database);
  const registry = new PluginRegistry({
    store: database.store,
    blobs: await openArtifacts(config, database),
    now,
    checkFiles,
    readManifest,
  });
  return {
    config,
    registry,
    database,
    workspaces: await openWorkspaceParts(config, registry),
    logger: createLogger({ level: config.logLevel }),
    metrics: createMetrics(),
    stages,
    lifecycle: createLifecycle(),
    now,
  };
}
