import type { Finding } from '@agentmesh/errors';
import type { PublishedFiles } from './published-files.js';

/**
 * The publish-time check that a JavaScript or TypeScript plugin brings what it imports: from its entry on, every import has to lead
 * to a file of the plugin or to a built-in of Node that plugins may use. Packages have to be bundled, since `node_modules` stays
 * out of an archive. Plugins without an entry, and in other languages, pass.
 *
 * @returns `import-not-bundled`, `restricted-import` and `entry-ambiguous` (errors), `import-missing` (warning)
 */
export async function checkBundled(plugin: PublishedFiles): Promise<readonly Finding[]> {
  const { findUnbundled } = await import('./find-unbundled.js');
  return findUnbundled(plugin);
}
