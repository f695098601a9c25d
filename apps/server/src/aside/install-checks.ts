import { type ImportScan, type PluginReader, scanImports } from '@agentmesh/installer';
import { manifestFromObject } from '@agentmesh/manifest';
import { answerAside } from './answer-aside.js';

/** Files that say what a plugin is; of them all, a few thousand characters are parsed within milliseconds. */
const MANIFEST = /^(?:agent-plugin\.yaml|plugin\.(?:json|yaml)|\.claude-plugin\/plugin\.json|SKILL\.md)$/;
const SCRIPT = /\.(?:[cm]?[jt]sx?|py)$/i;
const SMALL_MANIFEST = 4_096;
/** Scripts of this size together are read within a few dozen milliseconds. */
const SMALL_SCRIPTS = 65_536;

/** Reads what a fetched folder is, of whatever kind; large manifests on a thread of their own. */
export const readFetched: PluginReader = async (dir, hints) => {
  const isLarge = hints.tree.files.some(({ path, size }) => MANIFEST.test(path) && size > SMALL_MANIFEST);
  if (!isLarge) return (await import('@agentmesh/container')).readContainer(dir, hints);
  const answer = await answerAside({ kind: 'container', dir, hints });
  if (answer.kind !== 'container') throw new TypeError('A container was answered with something else');
  // Threads forget that it was frozen, so it is made anew.
  return { ...answer.container, manifest: manifestFromObject(answer.container.manifest).manifest };
};

/** Scans the imports of a fetched plugin; those of large scripts on a thread of its own. */
export const scanFetched: ImportScan = async (dir, files) => {
  const scripts = files.filter(({ path }) => SCRIPT.test(path));
  if (scripts.reduce((sum, { size }) => sum + size, 0) <= SMALL_SCRIPTS) return scanImports(dir, files);
  const answer = await answerAside({ kind: 'imports', dir, files });
  if (answer.kind !== 'files') throw new TypeError('Imports were answered with something else');
  return answer.findings;
};
