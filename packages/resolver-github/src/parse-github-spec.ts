import { MarketplaceError } from '@agentmesh/errors';
import { type GitParts, parseGitParts } from '@agentmesh/resolver-git';

/** A checked spec of the github scheme. */
export interface GithubSpec extends Omit<GitParts, 'repository'> {
  readonly owner: string;
  readonly name: string;
}

const REPOSITORY = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})\/([A-Za-z0-9][A-Za-z0-9._-]{0,99})$/;

/**
 * Reads `owner/repo[//folder][#ref]`. Owner and repository are 1–100 ASCII letters, digits, `.`, `_` or `-`, a letter or digit first.
 *
 * @throws MarketplaceError `SOURCE_SYNTAX`
 */
export function parseGithubSpec(spec: string): GithubSpec {
  const { repository, ...rest } = parseGitParts(spec);
  const [, owner, name] = REPOSITORY.exec(repository) ?? [];
  if (owner !== undefined && name !== undefined) return { owner, name, ...rest };
  throw new MarketplaceError('Expected owner/repository', {
    code: 'SOURCE_SYNTAX',
    hint: 'Write owner/repo, then //folder for a folder of it, then #ref: a branch, a tag or a commit id.',
  });
}
