import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IsolationLevel, PluginSandbox } from '@agentmesh/sandbox';
import type { EngineName } from './engine-name.js';
import { believingTree, installHonest } from './install-case.js';
import { CORPUS_LIMITS } from './judge.js';
import { openNaiveRunner } from './naive-runner.js';
import type { Arena } from './run-case.js';
import type { Subject } from './subject.js';

/** Where the corpus is run: what a sandbox has to be at least, or no sandbox at all. */
export type Setting = IsolationLevel | 'naive';

/** Processes of a warm subject: as many as cases run at a time. */
const WARM = 4;

/** What arenas have in common. */
export interface ArenaOptions {
  readonly setting: Setting;
  readonly engine: EngineName;
  readonly env: string;
}

/** A folder of plugins with an honest one, and a subject over it. `warm` subjects keep processes for later calls. */
export async function openArena(options: ArenaOptions & { readonly warm: boolean }): Promise<Arena> {
  const pluginsDir = join(await mkdtemp(join(tmpdir(), 'corpus-')), 'plugins');
  await mkdir(pluginsDir);
  await installHonest(join(pluginsDir, 'honest-plugin'), 'honest-plugin', options.engine);
  const subject = openSubject(pluginsDir, options);
  return {
    subject,
    engine: options.engine,
    pluginsDir,
    env: options.env,
    honest: 'honest-plugin',
    alone: !options.warm,
  };
}

function openSubject(pluginsDir: string, options: ArenaOptions & { readonly warm: boolean }): Subject {
  const { setting, engine, warm } = options;
  if (setting === 'naive') {
    return openNaiveRunner(engine === 'python' ? 'python' : 'javascript', CORPUS_LIMITS.wallMs)(pluginsDir);
  }
  return new PluginSandbox({
    pluginsDir,
    minimumIsolation: setting,
    isolation: setting,
    limits: CORPUS_LIMITS,
    verifyTree: (plugin) => believingTree(pluginsDir, plugin),
    ...(warm ? { pool: { [engine]: WARM } } : {}),
  });
}
