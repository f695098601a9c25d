import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginRegistry, type RegistryStore } from '@agentmesh/registry';
import { openDatabase } from '@agentmesh/registry-sql';
import { afterAll } from 'vitest';
import type { AppDeps } from '../../src/app-deps.js';
import { checkFiles, readManifest } from '../../src/aside/publish-checks.js';
import { readConfig } from '../../src/config/read-config.js';
import { createApp } from '../../src/create-app.js';
import { createLifecycle } from '../../src/lifecycle.js';
import { createLogger } from '../../src/logger.js';
import { openArtifacts } from '../../src/open-artifacts.js';
import { createMetrics } from '../../src/operations/metrics.js';
import { openStageArea } from '../../src/stage-area.js';
import { mintToken } from '../../src/tokens/access-token.js';
import { openWorkspaceParts } from '../../src/workspaces/open-workspace-parts.js';

/** How a {@link TestApp} is made. */
export interface TestAppOptions {
  /** Flags of the server. */
  readonly args?: readonly string[];
  readonly now?: () => Date;
  readonly store?: (own: RegistryStore) => RegistryStore;
  readonly deps?: (own: AppDeps) => AppDeps;
}

/** An app without a port, on real files, with a token of each kind. */
export interface TestApp {
  readonly deps: AppDeps;
  readonly dataDir: string;
  readonly admin: string;
  readonly publisher: string;
  /** What was logged, line by line. */
  readonly log: readonly string[];
  token(...scopes: readonly string[]): Promise<string>;
  request(path: string, init?: RequestInit & { readonly token?: string }): Promise<Response>;
  close(): Promise<void>;
}

const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

/** Makes an app on an own data folder; it ends with the tests. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'agentmesh-server-'));
  const log: string[] = [];
  const { now = () => new Date() } = options;
  const config = await readConfig({ args: ['--data-dir', dataDir, ...(options.args ?? [])], env: {}, cwd: dataDir });
  const database = await openDatabase({ url: config.database });
  const store = options.store?.(database.store) ?? database.store;
  const registry = new PluginRegistry({
    store,
    blobs: await openArtifacts(config, database),
    now,
    checkFiles,
    readManifest,
  });
  const own: AppDeps = {
    config,
    database,
    registry,
    workspaces: await openWorkspaceParts(config, registry),
    logger: createLogger({ level: config.logLevel, to: { write: (line) => void log.push(line) } }),
    metrics: createMetrics(),
    stages: await openStageArea(join(dataDir, 'stages')),
    lifecycle: createLifecycle(),
    now,
  };
  const deps = options.deps?.(own) ?? own;
  const app = createApp(deps);
  const token = async (...scopes: readonly string[]): Promise<string> => {
    const { id, text, hash } = mintToken();
    await deps.database.tokens.add({ id, hash, label: 'test', scopes, createdAt: now().toISOString() });
    return text;
  };
  const close = async (): Promise<void> => {
    await deps.stages.close();
    await deps.database.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  closing.push(close);
  return {
    deps,
    dataDir,
    log,
    token,
    close,
    admin: await token('admin'),
    publisher: await token('publish'),
    async request(path, { token: sent, ...init } = {}) {
      const headers = new Headers(init.headers);
      if (sent !== undefined) headers.set('authorization', `Bearer ${sent}`);
      return app.request(path, { ...init, headers });
    },
  };
}
