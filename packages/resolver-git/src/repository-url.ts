import type { GitSource } from './git-source.js';

/** The URL that git is given. It holds no credential. */
export function repositoryUrl(source: GitSource): string {
  const user = source.user === undefined ? '' : `${source.user}@`;
  return `${source.transport}://${user}${source.host}${source.port === undefined ? '' : `:${source.port}`}/${source.path}`;
}
