import { copyTree, type TreeLimits } from '@agentmesh/artifact';
import type { FetchContext } from '@agentmesh/resolver';

/** What a copy may cost and whom it tells. */
export interface CopyOptions {
  readonly context: FetchContext;
  readonly limits?: Partial<TreeLimits> | undefined;
}

/** Copies a plugin's folder into `target` as it would be packed. */
export async function copyFolder(folder: string, target: string, options: CopyOptions): Promise<void> {
  const { signal, limits, onProgress } = options.context;
  const own = options.limits ?? {};
  const tree = await copyTree(folder, target, {
    view: 'packing',
    signal,
    limits: {
      ...own,
      maxBytes: Math.min(limits.maxBytes, own.maxBytes ?? limits.maxBytes),
      maxFiles: Math.min(limits.maxFiles, own.maxFiles ?? limits.maxFiles),
    },
  });
  onProgress?.({ bytes: tree.bytes, files: tree.files.length });
}
