import type { SourceResolver } from '@agentmesh/resolver';
import type { BuiltInScheme, SchemeContext } from './built-in-scheme.js';

/** The schemes of this program. Each package is loaded when the first source of its scheme is fetched. */
export const BUILT_IN_SCHEMES: readonly BuiltInScheme[] = [
  {
    scheme: 'clawhub',
    spec: '[owner/]name[@version]',
    example: 'clawhub://weather@1.2.0',
    pinned: 'an exact version',
    package: '@agentmesh/resolver-clawhub',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-clawhub');
      const { clawhub: baseUrl } = context.settings.network.baseUrls;
      return createResolver({ ...(await context.network()), baseUrl, github: await loadGithub(context) });
    },
  },
  {
    scheme: 'git',
    spec: 'host/path.git[//folder][#ref]',
    example: 'git://gitlab.com/group/plugin.git#v1.0.0',
    pinned: 'a full commit id',
    package: '@agentmesh/resolver-git',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-git');
      return createResolver({ ...(await context.network()), ...gitProgram(context), scheme: 'git' });
    },
  },
  {
    scheme: 'git+ssh',
    spec: '[user@]host/path.git[//folder][#ref]',
    example: 'git+ssh://git@example.com/group/plugin.git#main',
    pinned: 'a full commit id',
    package: '@agentmesh/resolver-git',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-git');
      const { ssh } = context.settings.network;
      return createResolver({ ...(await context.network()), ...gitProgram(context), scheme: 'git+ssh', ssh });
    },
  },
  {
    scheme: 'github',
    spec: 'owner/repo[//folder][#ref]',
    example: 'github://alice/plugins//greeter#v1.0.0',
    pinned: 'a full commit id',
    package: '@agentmesh/resolver-github',
    load: loadGithub,
  },
  {
    scheme: 'http',
    spec: 'the same on loopback alone',
    example: 'http://127.0.0.1:8080/plugin.tgz',
    pinned: '#sha256=… or #sha512=…',
    package: '@agentmesh/resolver-https',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-https');
      return createResolver({ ...(await context.network()), scheme: 'http' });
    },
  },
  {
    scheme: 'https',
    spec: 'URL of a .tgz, .tar.gz or .zip',
    example: 'https://example.com/plugin-1.0.0.tgz',
    pinned: '#sha256=… or #sha512=…',
    package: '@agentmesh/resolver-https',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-https');
      return createResolver(await context.network());
    },
  },
  {
    scheme: 'local',
    spec: 'a name in the folder of local plugins',
    example: 'local://my-plugin',
    pinned: 'its content, in the lock',
    package: '@agentmesh/resolver-local',
    load: async ({ settings }) => {
      const { createResolver } = await import('@agentmesh/resolver-local');
      return createResolver({ root: settings.localPlugins });
    },
  },
  {
    scheme: 'npm',
    spec: '[@scope/]name[@range]',
    example: 'npm://@acme/plugin@^1.0.0',
    pinned: 'an exact version',
    package: '@agentmesh/resolver-npm',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-npm');
      const { npm: registry } = context.settings.network.baseUrls;
      return createResolver({ ...(await context.network()), registry });
    },
  },
  {
    scheme: 'oci',
    spec: 'registry/repository[:tag|@sha256:…]',
    example: 'oci://ghcr.io/alice/greeter:1.0.0',
    pinned: '@sha256:…',
    package: '@agentmesh/resolver-oci',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-oci');
      return createResolver(await context.network());
    },
  },
  {
    scheme: 'registry',
    spec: 'name[@range]',
    example: 'registry://greeter@>=1.0.0,<2.0.0',
    pinned: 'an exact version',
    package: '@agentmesh/resolver-registry',
    load: async (context) => {
      const { createResolver } = await import('@agentmesh/resolver-registry');
      return createResolver({ registry: () => context.registry() });
    },
  },
];

async function loadGithub(context: SchemeContext): Promise<SourceResolver> {
  const { createResolver } = await import('@agentmesh/resolver-github');
  const { github: baseUrl } = context.settings.network.baseUrls;
  return createResolver({ ...(await context.network()), ...gitProgram(context), baseUrl });
}

function gitProgram({ settings }: SchemeContext): { readonly searchPath: string | undefined } {
  return { searchPath: settings.network.searchPath };
}
