import { checkBundled } from '@agentmesh/installer';
import { MANIFEST_FILENAME, manifestFromObject, parseManifest } from '@agentmesh/manifest';
import type { CheckFiles, ReadManifest } from '@agentmesh/registry';
import { answerAside } from './answer-aside.js';

/** A manifest of so many characters is parsed within milliseconds; of larger ones that depends on what is in it. */
const SMALL_MANIFEST = 4096;
const SMALL_SCRIPT = 65_536;
const SCRIPT = /\.[cm]?[jt]s$/i;

/** Reads the manifest of an upload: a small one at once, a large one on a thread of its own. */
export const readManifest: ReadManifest = async (text) => {
  if (text.length <= SMALL_MANIFEST) return parseManifest(text, { path: MANIFEST_FILENAME, strict: true }).manifest;
  const answer = await answerAside({ kind: 'manifest', text });
  // Threads forget that it was frozen, so it is made anew.
  return answer.kind === 'manifest' ? manifestFromObject(answer.manifest, { strict: true }).manifest : unexpected();
};

/** Checks that an upload brings what it imports, on a thread of its own when its scripts are large. */
export const checkFiles: CheckFiles = async (plugin) => {
  const isLarge = plugin.tree.files.some(({ path, size }) => SCRIPT.test(path) && size > SMALL_SCRIPT);
  if (!isLarge) return checkBundled(plugin);
  const answer = await answerAside({ kind: 'files', plugin });
  return answer.kind === 'files' ? answer.findings : unexpected();
};

function unexpected(): never {
  throw new TypeError('A task was answered with what another one is answered with');
}
