import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { packTree } from '@agentmesh/artifact';
import { isMarketplaceError, MarketplaceError } from '@agentmesh/errors';
import { assertPluginName } from '@agentmesh/manifest';
import { formatSource } from '@agentmesh/resolver';
import { fetchPlugin, type PluginFetch } from './fetch-plugin.js';
import type { InstallOrder } from './read-order.js';
import type { WorkspaceDeps } from './workspace-deps.js';

/** What is to be downloaded. */
export interface DownloadOrder extends Omit<PluginFetch, 'order' | 'stage'> {
  readonly name: string;
  /** Undefined for what is installed or, where nothing is, the local plugin of that name. */
  readonly order: InstallOrder | undefined;
}

/** An archive that is ready to be sent. */
export interface PackedDownload {
  readonly stream: ReadableStream<Uint8Array>;
  readonly size: number;
  readonly integrity: string;
  readonly source: string;
}

/**
 * Packs a plugin in full before the first byte is sent, so that an answer is all of it or an error; its length is told. It lies in a file without
 * a name meanwhile, so that slow clients cost no memory.
 *
 * @throws MarketplaceError `NAME_INVALID`, `NOT_INSTALLED`, `TREE_TAMPERED`, `NAME_MISMATCH`; what fetching throws
 */
export async function packDownload(deps: WorkspaceDeps, download: DownloadOrder): Promise<PackedDownload> {
  assertPluginName(download.name);
  return deps.stages.use(async (folder) => {
    const { dir, source } = await stagePlugin(deps, download, join(folder, 'stage'));
    const { bytes, integrity } = await packTree(dir, { view: 'installed', signal: download.signal });
    const handle = await open(join(folder, 'archive.tgz'), 'wx+');
    try {
      await handle.writeFile(bytes);
      const stream = handle.createReadStream({ start: 0 });
      // Node's own type of a web stream and the global one are the same at run time.
      return { stream: Readable.toWeb(stream) as ReadableStream<Uint8Array>, size: bytes.length, integrity, source };
    } catch (error) {
      await handle.close();
      throw error;
    }
  });
}

interface Staged {
  readonly dir: string;
  readonly source: string;
}

async function stagePlugin(deps: WorkspaceDeps, download: DownloadOrder, stage: string): Promise<Staged> {
  const { name, order } = download;
  if (order !== undefined) return stageSource(deps, download, order, stage);
  try {
    return await stageInstalled(deps, download, stage);
  } catch (error) {
    const hasLocal = deps.workspaces.sources.schemes().includes('local');
    if (!hasLocal || !isMarketplaceError(error) || error.code !== 'NOT_INSTALLED') throw error;
    const local = { source: { scheme: 'local', spec: name }, integrity: undefined };
    return stageSource(deps, download, local, stage).catch((reason: unknown) => {
      const absent = isMarketplaceError(reason) && ['SOURCE_NOT_FOUND', 'SOURCE_SYNTAX'].includes(reason.code);
      throw absent ? error : reason;
    });
  }
}

async function stageInstalled(deps: WorkspaceDeps, download: DownloadOrder, dir: string): Promise<Staged> {
  const { workspace, name, signal } = download;
  const { target } = deps.workspaces;
  await target.copy(workspace, name, dir, signal);
  const record = (await target.list(workspace)).find(({ plugin }) => plugin === name);
  return { dir, source: record?.source ?? '' };
}

async function stageSource(
  deps: WorkspaceDeps,
  download: DownloadOrder,
  order: InstallOrder,
  stage: string,
): Promise<Staged> {
  const { name } = download;
  const { dir, manifest } = await fetchPlugin(deps, { ...download, order, stage });
  if (manifest.name === name) return { dir, source: formatSource(order.source) };
  throw new MarketplaceError(`The source holds the plugin ${manifest.name}, and ${name} was asked for`, {
    code: 'NAME_MISMATCH',
    hint: 'Ask for it by its own name.',
  });
}
