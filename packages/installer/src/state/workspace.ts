import { basename, dirname, join, resolve } from 'node:path';

/** Where one workspace keeps what. Everything but `pluginsDir` and `nextLink` lies in the state folder. */
export interface Workspace {
  /** The link to the current generation: `.agentmesh/plugins`. */
  readonly pluginsDir: string;
  /** The link that is about to replace it. */
  readonly nextLink: string;
  readonly stateDir: string;
  /** One folder a generation, named by its number; links to trees and the lock. */
  readonly generationsDir: string;
  /** The files of plugins, each tree with its file list beside it. */
  readonly treesDir: string;
  /** Folders that the next run removes. */
  readonly stagesDir: string;
  /** The one inter-process lock. */
  readonly lockFile: string;
}

/** Largest file of notes that is read, in bytes: the longest list of files that a tree may have fits in well. */
export const MAX_RECORD_BYTES: number = 64 * 1024 * 1024;

/**
 * Names the places of a workspace, touching nothing.
 *
 * @param pluginsDir the folder a user looks into
 * @param stateDir default: the parent of a `pluginsDir` called `plugins`, else `<pluginsDir>.state`
 */
export function workspaceAt(pluginsDir: string, stateDir?: string): Workspace {
  const plugins = resolve(pluginsDir);
  const parent = dirname(plugins);
  const state = resolve(stateDir ?? (basename(plugins) === 'plugins' ? parent : `${plugins}.state`));
  return {
    pluginsDir: plugins,
    nextLink: join(parent, `.${basename(plugins)}.next`),
    stateDir: state,
    generationsDir: join(state, 'generations'),
    treesDir: join(state, 'store', 'trees'),
    stagesDir: join(state, 'store', 'stage'),
    lockFile: join(state, 'store', 'store.lock'),
  };
}
