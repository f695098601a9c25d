import type { Tree } from '@agentmesh/artifact';
import { isMarketplaceError } from '@agentmesh/errors';
import { readPluginFile } from '@agentmesh/shape';
import { containerInvalid } from './container-invalid.js';
import { CONTAINER_LIMITS } from './container-limits.js';
import { createFileFindings } from './file-findings.js';

/** The files of a folder, as they were listed. */
export interface OpenContainer {
  has(path: string): boolean;
  /** @throws MarketplaceError `MANIFEST_INVALID` for a file that is too large, a link, or not the one that was listed */
  read(path: string): Promise<Uint8Array>;
}

/** Reads container files of a folder, exactly as the tree lists them and never through a link. */
export function openContainer(dir: string, { files }: Tree): OpenContainer {
  const plugin = { name: '', version: '', root: dir, files, manifest: {}, permissions: {} };
  const paths = new Set(files.map(({ path }) => path));
  return {
    has: (path) => paths.has(path),
    async read(path) {
      try {
        return await readPluginFile(plugin, path, { maxBytes: CONTAINER_LIMITS.fileBytes });
      } catch (error) {
        if (!isMarketplaceError(error)) throw error;
        const findings = createFileFindings(path);
        findings.error(
          error.code
            .toLowerCase()
            .replaceAll('_', '-')
            .replace(/^plugin-/, ''),
          error.message,
        );
        throw containerInvalid(path, findings.all);
      }
    },
  };
}
