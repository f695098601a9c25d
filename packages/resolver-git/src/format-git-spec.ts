import type { GitSource } from './git-source.js';

/** The spec of a source with a commit id for its ref; the counterpart of `parseGitSpec`. */
export function formatGitSpec(source: GitSource, commit: string): string {
  const user = source.transport !== 'ssh' || source.user === 'git' ? '' : `${source.user}@`;
  const port = source.port === undefined ? '' : `:${source.port}`;
  const folder = source.subPath === undefined ? '' : `//${source.subPath}`;
  return `${user}${source.host}${port}/${source.path}${folder}#${commit}`;
}
