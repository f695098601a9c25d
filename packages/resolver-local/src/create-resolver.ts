import type { TreeLimits } from '@agentmesh/artifact';
import {
  type FetchContext,
  type FetchedPlugin,
  formatSource,
  resolverName,
  type SourceResolver,
} from '@agentmesh/resolver';
import { checkFolderName } from './check-folder-name.js';
import { copyFolder } from './copy-folder.js';
import { findFolder } from './find-folder.js';
import { localError } from './local-error.js';

const SCHEME = 'local';

/** What {@link createResolver} takes. */
export interface LocalResolverOptions {
  /** The folder whose sub-folders are the plugins. */
  readonly root: string;
  /** Limits of a plugin's tree, beside those of the fetch; the smaller one counts. */
  readonly limits?: Partial<TreeLimits>;
}

/**
 * The resolver of the `local` scheme: a spec is the name of a folder directly below `root`, which is copied as `publish`
 * would pack it (without `.git` and the like). No link is followed, neither for the folder nor in it.
 *
 * `fetch` throws SOURCE_SYNTAX for an illegal name, SOURCE_NOT_FOUND for an absent folder, TREE_UNSAFE for a link or
 * another hostile entry, FETCH_TOO_LARGE at a limit, and FETCH_FAILED for what the disk reports.
 */
export function createResolver(options: LocalResolverOptions): SourceResolver {
  return { scheme: SCHEME, fetch: (spec, target, context) => fetchFolder(options, { spec, target, context }) };
}

interface LocalFetch {
  readonly spec: string;
  readonly target: string;
  readonly context: FetchContext;
}

async function fetchFolder(options: LocalResolverOptions, fetch: LocalFetch): Promise<FetchedPlugin> {
  const { target, context } = fetch;
  const folder = checkFolderName(fetch.spec);
  const name = resolverName(folder);
  context.signal.throwIfAborted();
  try {
    const found = await findFolder(options.root, folder);
    await copyFolder(found, target, { context, limits: options.limits });
  } catch (error) {
    throw localError(error, { folder, signal: context.signal });
  }
  return { name, resolved: formatSource({ scheme: SCHEME, spec: folder }) };
}
