import { MarketplaceError } from '@agentmesh/errors';
import { manifestFromObject } from '@agentmesh/manifest';
import type { CheckFiles, ReadManifest } from '@agentmesh/registry';
import type { AsideAnswer, AsideTask } from './aside-task.js';
import { doTask } from './do-task.js';
import { runAside } from './run-aside.js';

/** A manifest of so many characters is parsed within milliseconds; of larger ones that depends on what is in it. */
const SMALL_MANIFEST = 4096;
const SMALL_SCRIPT = 65_536;
const SCRIPT = /\.[cm]?[jt]s$/i;

/** Reads the manifest of an upload: a small one at once, a large one on a thread of its own. */
export const readManifest: ReadManifest = async (text) => {
  const answer = await run({ kind: 'manifest', text }, text.length > SMALL_MANIFEST);
  // Threads forget that it was frozen, so it is made anew.
  return answer.kind === 'manifest' ? manifestFromObject(answer.manifest, { strict: true }).manifest : unexpected();
};

/** Checks that an upload brings what it imports, on a thread of its own when its scripts are large. */
export const checkFiles: CheckFiles = async (plugin) => {
  const isLarge = plugin.tree.files.some(({ path, size }) => SCRIPT.test(path) && size > SMALL_SCRIPT);
  const answer = await run({ kind: 'files', plugin }, isLarge);
  return answer.kind === 'files' ? answer.findings : unexpected();
};

async function run(task: AsideTask, isLarge: boolean): Promise<AsideAnswer> {
  const answer = isLarge ? await runAside(task) : await doTask(task);
  if (answer.kind !== 'error') return answer;
  throw new MarketplaceError(answer.message, { code: answer.code, hint: answer.hint });
}

function unexpected(): never {
  throw new TypeError('A task was answered with what another one is answered with');
}
