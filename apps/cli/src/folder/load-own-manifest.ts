import { isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { loadManifest, type PluginManifest } from '@agentmesh/manifest';

/**
 * The `agent-plugin.yaml` of a folder that is to be signed or published. For a plugin of another format the error says what makes it ours.
 *
 * @throws MarketplaceError `MANIFEST_NOT_FOUND`, `MANIFEST_INVALID`
 */
export async function loadOwnManifest(dir: string): Promise<PluginManifest> {
  try {
    return await loadManifest(dir, { strict: true });
  } catch (error) {
    if (!isMarketplaceError(error) || error.code !== 'MANIFEST_NOT_FOUND') throw error;
    const found = await findForeign(dir);
    if (found === undefined) throw error;
    throw new MarketplaceError(
      `There is no agent-plugin.yaml in ${printable(dir)}, but a plugin of another format: ${found}`,
      {
        code: 'MANIFEST_NOT_FOUND',
        hint: 'Import it first, which leaves its files alone: agentmesh plugin import',
        cause: error,
      },
    );
  }
}

/** The file that makes a folder a plugin of another format; undefined when there is none that can be read. */
async function findForeign(dir: string): Promise<string | undefined> {
  const { readContainer } = await import('@agentmesh/container');
  try {
    return (await readContainer(dir)).manifestPath;
  } catch (error) {
    if (isMarketplaceError(error)) return undefined;
    throw error;
  }
}
