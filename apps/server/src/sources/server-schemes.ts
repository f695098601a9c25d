import type { Credentials } from '@agentmesh/download';
import type { SourceResolver } from '@agentmesh/resolver';
import type { SchemeOptions } from './workspace-sources.js';

type LoadScheme = (options: SchemeOptions & { readonly credentials: Credentials }) => Promise<SourceResolver>;

const loadGithub: LoadScheme = async (options) => {
  const { createResolver } = await import('@agentmesh/resolver-github');
  return createResolver({ ...options, baseUrl: options.baseUrls?.github });
};

/** The schemes that a server can be wired with. `git+ssh` is none: a server has no keys of its workspaces. */
export const SERVER_SCHEMES: ReadonlyMap<string, LoadScheme> = new Map<string, LoadScheme>([
  [
    'clawhub',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-clawhub');
      return createResolver({ ...options, baseUrl: options.baseUrls?.clawhub, github: await loadGithub(options) });
    },
  ],
  [
    'git',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-git');
      return createResolver({ ...options, scheme: 'git' });
    },
  ],
  ['github', loadGithub],
  [
    'http',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-https');
      return createResolver({ ...options, scheme: 'http' });
    },
  ],
  [
    'https',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-https');
      return createResolver(options);
    },
  ],
  [
    'local',
    async ({ pluginsDir }) => {
      const { createResolver } = await import('@agentmesh/resolver-local');
      return createResolver({ root: pluginsDir });
    },
  ],
  [
    'npm',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-npm');
      return createResolver({ ...options, registry: options.baseUrls?.npm });
    },
  ],
  [
    'oci',
    async (options) => {
      const { createResolver } = await import('@agentmesh/resolver-oci');
      return createResolver(options);
    },
  ],
  [
    'registry',
    async ({ registry }) => {
      const { createResolver } = await import('@agentmesh/resolver-registry');
      return createResolver({ registry });
    },
  ],
]);
