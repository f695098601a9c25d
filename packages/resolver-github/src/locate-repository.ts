import type { GitSource } from '@agentmesh/resolver-git';
import type { GithubSpec } from './parse-github-spec.js';
import type { GithubBase } from './read-base-url.js';

/** Where git finds the repository of a spec. */
export function locateRepository({ owner, name, subPath, ref }: GithubSpec, base: GithubBase): GitSource {
  const { prefix, ...place } = base;
  return {
    ...place,
    path: `${prefix}${owner}/${name.replace(/\.git$/, '')}.git`,
    ...(subPath === undefined ? {} : { subPath }),
    ...(ref === undefined ? {} : { ref }),
  };
}
