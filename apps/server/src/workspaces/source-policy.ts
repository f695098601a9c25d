import type { InstallPolicy } from '@agentmesh/installer';
import { formatSource } from '@agentmesh/resolver';

/** What {@link createSourcePolicy} takes. */
export interface SourcePolicyOptions {
  readonly pinned: 'required' | undefined;
  /** Sources, or beginnings of sources that end with `*`; undefined for all. */
  readonly allowSources: readonly string[] | undefined;
}

/** The policy of the configuration: which sources may be installed, before anything is fetched from them. */
export function createSourcePolicy({ pinned, allowSources }: SourcePolicyOptions): InstallPolicy {
  if (allowSources === undefined) return { pinned };
  return {
    pinned,
    beforeFetch: (source) => {
      const written = formatSource(source);
      const allowed = allowSources.some((pattern) => {
        return pattern.endsWith('*') ? written.startsWith(pattern.slice(0, -1)) : written === pattern;
      });
      return allowed
        ? { allow: true }
        : { deny: 'this server installs from other sources only', rule: 'allow-sources' };
    },
  };
}
