import { basename, dirname, join, resolve } from 'node:path';
import type { CopyMethod } from '@agentmesh/artifact';
import type { ProjectFollower } from './project-follower.js';

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
  /** Every file that was ever installed, by its sha256, read-only: `<aa>/<62 hex digits>`. */
  readonly filesDir: string;
  /** Which of those files make up which plugin. */
  readonly recordsDir: string;
  /** For each tree, how its files looked when they were last found intact. */
  readonly verifiedDir: string;
  /** Folders that the next run removes. */
  readonly stagesDir: string;
  /** The one inter-process lock. */
  readonly lockFile: string;
  /** How files come from the store into a tree. */
  readonly linkFiles: CopyMethod;
  /** How many generations stay, the current one included. */
  readonly keepGenerations: number;
  /** Keeps the files of the project that the plugins belong to in step; undefined where there is none. */
  readonly project?: ProjectFollower | undefined;
}

/** What a workspace does besides lying somewhere. */
export interface WorkspaceHabits {
  readonly linkFiles?: CopyMethod | undefined;
  readonly keepGenerations?: number | undefined;
}

const KEPT_GENERATIONS = 10;

/** Largest file of notes that is read, in bytes: the longest list of files that a tree may have fits in well. */
export const MAX_RECORD_BYTES: number = 64 * 1024 * 1024;

/**
 * Names the places of a workspace, touching nothing.
 *
 * @param pluginsDir the folder a user looks into
 * @param stateDir default: the parent of a `pluginsDir` called `plugins`, else `<pluginsDir>.state`
 * @param habits default: reflinks where the file system can, ten generations
 */
export function workspaceAt(pluginsDir: string, stateDir?: string, habits: WorkspaceHabits = {}): Workspace {
  const plugins = resolve(pluginsDir);
  const parent = dirname(plugins);
  const { linkFiles = 'reflink', keepGenerations = KEPT_GENERATIONS } = habits;
  const state = resolve(stateDir ?? (basename(plugins) === 'plugins' ? parent : `${plugins}.state`));
  return {
    pluginsDir: plugins,
    nextLink: join(parent, `.${basename(plugins)}.next`),
    stateDir: state,
    generationsDir: join(state, 'generations'),
    treesDir: join(state, 'store', 'trees'),
    filesDir: join(state, 'store', 'files'),
    recordsDir: join(state, 'store', 'records'),
    verifiedDir: join(state, 'store', 'verified'),
    stagesDir: join(state, 'store', 'stage'),
    lockFile: join(state, 'store', 'store.lock'),
    linkFiles,
    keepGenerations,
  };
}
