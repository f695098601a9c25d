import { resolverName } from '@agentmesh/resolver';
import type { GitSource } from './git-source.js';

/**
 * The name for a plugin without a manifest: the last segment of the folder, or of the repository without `.git`, in lower case.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX` for one that no plugin can have
 */
export function pluginName(source: Pick<GitSource, 'path' | 'subPath'>): string {
  const text = source.subPath ?? source.path.replace(/\.git$/, '');
  return resolverName(text.slice(text.lastIndexOf('/') + 1).toLowerCase());
}
