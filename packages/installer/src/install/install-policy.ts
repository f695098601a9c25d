import type { PluginManifest } from '@agentmesh/manifest';
import type { Source } from '@agentmesh/resolver';

/** What a policy answers. Anything else counts as a denial, so that a forgotten `return` lets nothing in. */
export type PolicyDecision = { readonly allow: true } | { readonly deny: string; readonly rule: string };

/** A plugin on its way in, verified as far as the installer was asked to. */
export interface PolicySubject {
  readonly manifest: PluginManifest;
  /** The trusted key that signed it; undefined when nothing was checked. */
  readonly keyId: string | undefined;
  /** `h1:` digest of its files. */
  readonly digest: string;
}

/** Rules of the host about what may be installed. A method that throws denies. */
export interface InstallPolicy {
  /**
   * `required` takes from a source only what its reference pins: a full commit id, a digest, an exact version. Anything else is
   * `SOURCE_UNPINNED` before any network use. Versions of the registry are picked and locked all the same.
   */
  readonly pinned?: 'required' | undefined;
  /** Asked before any network use, once for each source of an install. */
  beforeFetch?(source: Source): PolicyDecision | Promise<PolicyDecision>;
  /** Asked for every plugin of an install, dependencies and kept ones included, before anything live changes. */
  beforeCommit?(plugin: PolicySubject): PolicyDecision | Promise<PolicyDecision>;
}
