import type { TreeFile } from '@agentmesh/artifact';
import type { Finding } from '@agentmesh/errors';
import type { PluginManifest } from '@agentmesh/manifest';
import type { LockedPlugin } from '../state/locked-plugin.js';
import type { Change } from './install-result.js';
import type { StagedPlugin } from './staged-plugin.js';

/** A plugin of an install with its files at hand: those that are installed and verified, or new ones in the stage. */
export interface ObtainedPlugin {
  readonly name: string;
  readonly change: Change;
  readonly manifest: PluginManifest;
  readonly files: readonly TreeFile[];
  readonly digest: string;
  readonly findings: readonly Finding[];
  /** Where the files came from, as the lock will say. */
  readonly origin: Pick<StagedPlugin, 'source' | 'resolved' | 'revision' | 'integrity' | 'made_manifest'>;
  /** What the lock said before; undefined for a new plugin. */
  readonly locked: LockedPlugin | undefined;
  /** Undefined for a kept plugin. */
  readonly staged: StagedPlugin | undefined;
}
