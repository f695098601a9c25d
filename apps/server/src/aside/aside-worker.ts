import { parentPort, workerData } from 'node:worker_threads';
import { isMarketplaceError } from '@agentmesh/errors';
import { MANIFEST_FILENAME, parseManifest } from '@agentmesh/manifest';
import type { AsideAnswer, AsideTask } from './aside-task.js';

// What `runAside` hands over is a task.
parentPort?.postMessage(await doTask(workerData));

/** Does a task; an error that says what is wrong with the plugin is an answer too. */
async function doTask(task: AsideTask): Promise<AsideAnswer> {
  try {
    if (task.kind === 'manifest') {
      const { manifest } = parseManifest(task.text, { path: MANIFEST_FILENAME, strict: true });
      return { kind: 'manifest', manifest };
    }
    if (task.kind === 'container') {
      const { readContainer } = await import('@agentmesh/container');
      return { kind: 'container', container: await readContainer(task.dir, task.hints) };
    }
    const { checkBundled, scanImports } = await import('@agentmesh/installer');
    if (task.kind === 'imports') return { kind: 'files', findings: await scanImports(task.dir, task.files) };
    return { kind: 'files', findings: await checkBundled(task.plugin) };
  } catch (error) {
    if (!isMarketplaceError(error)) throw error;
    const { message, code, hint, findings } = error;
    // The error that is made of it lists the findings behind its first line again.
    const [first = ''] = findings.length === 0 ? [message] : message.split('\n', 1);
    return { kind: 'error', message: first, code, hint, findings };
  }
}
