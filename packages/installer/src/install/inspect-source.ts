import { mkdir } from 'node:fs/promises';
import type { Source } from '@agentmesh/resolver';
import { checkPlugin } from './check-plugin.js';
import { fetchFromSource } from './fetch-from-source.js';
import { createContext } from './install-context.js';
import type { Verification } from './install-result.js';
import type { InstallSession } from './install-session.js';
import type { InstallerOptions } from './installer-options.js';
import type { StagedPlugin } from './staged-plugin.js';

/** The part of an installer's options that looking at a source uses, and where to do it. */
export interface InspectSourceOptions
  extends Omit<InstallerOptions, 'pluginsDir' | 'stateDir' | 'registry' | 'projectDir' | 'developmentDir'> {
  /** A folder for this call alone, made when absent; whoever calls removes it. */
  readonly stage: string;
  readonly signal?: AbortSignal | undefined;
}

/** A plugin that passed every check of an install, in the stage. */
export interface InspectedSource extends Omit<StagedPlugin, 'stored'> {
  readonly verification: Verification;
  /** The trusted key that signed it; undefined when nothing was checked. */
  readonly keyId: string | undefined;
}

/**
 * Fetches a source into a stage and checks it as an install would, for hosts that put plugins into places of their own. Nothing but the stage
 * is written; dependencies, other installed plugins and grants are for the caller to look at.
 *
 * @throws MarketplaceError what `install` throws for a source: of policy, sources, tree, manifest, digest, trust and imports
 */
export async function inspectSource(source: Source, options: InspectSourceOptions): Promise<InspectedSource> {
  const { stage, signal, ...others } = options;
  await mkdir(stage, { recursive: true });
  const session: InstallSession = {
    ...createContext({ ...others, pluginsDir: stage }),
    current: { number: 0, dir: stage, plugins: new Map() },
    stage,
    verify: true,
    signal,
  };
  const staged = await fetchFromSource(session, source);
  const { manifest, files, digest, findings: met } = staged;
  const { verification, keyId, findings } = await checkPlugin(session, {
    name: manifest.name,
    change: 'installed',
    manifest,
    files,
    digest,
    findings: met,
    origin: staged,
    locked: undefined,
    staged,
  });
  return { ...staged, verification, keyId, findings };
}
