import { isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';

const text = z.string().min(1);
const list = z.union([z.array(text), z.string().transform((value) => value.split(',').map((item) => item.trim()))]);
const names = list.transform((items) => items.filter((item) => item !== ''));

/** Settings of installs into workspaces, as they are written. */
export const INSTALL_SETTINGS = {
  trustedKeys: { schema: text, about: 'file of trusted authors; with it, all else is refused (none)' },
  pinned: { schema: z.enum(['required']), about: 'required: install pinned sources alone (none)' },
  allowSources: {
    schema: names.pipe(z.array(z.string().regex(/^[^*]+\*?$/, 'expected a source, perhaps with * at its end'))),
    about: 'sources that may be installed, such as github://acme/*, separated by commas (all)',
  },
  allowPrivateHosts: { schema: names, about: 'private hosts and ranges that sources may be on (none)' },
  sourcesCa: { schema: text, about: 'certificates in PEM that sources may have besides (none)' },
  proxy: {
    schema: z.url({ protocol: /^https?$/ }),
    about: 'proxy that sources are reached through, http://… or https://… (none)',
  },
  proxyExcept: { schema: names, about: 'hosts that are reached without it (none)' },
  credentialKeys: { schema: text, about: 'file of the keys that seal credentials (in the data folder)' },
  engine: {
    schema: text.transform((address, context) => {
      const parsed = parseEngine(address);
      if (parsed === undefined) context.addIssue('expected unix:///path or http://127.0.0.1:port');
      return parsed ?? z.NEVER;
    }),
    about: 'container engine that workspaces run in: unix:///path or http://127.0.0.1:port (folders instead)',
  },
  engineContainer: {
    schema: z.string().regex(/^[A-Za-z0-9_.-]*\{id\}[A-Za-z0-9_.-]*$/, 'expected a name with {id}'),
    about: 'name of the container of a workspace ({id})',
  },
  engineRoot: {
    schema: z.string().regex(/^(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+$/, 'expected an absolute path'),
    about: 'folder in containers that holds plugins (/configs)',
  },
} as const satisfies Readonly<Record<string, { schema: z.ZodType; about: string }>>;

/** Where a container engine listens. */
export type EngineEndpoint = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** What is decided about installs into workspaces; all paths are absolute. */
export interface InstallSettings {
  readonly trustedKeys: string | undefined;
  readonly pinned: 'required' | undefined;
  readonly allowSources: readonly string[] | undefined;
  readonly allowPrivateHosts: readonly string[];
  readonly sourcesCa: string | undefined;
  /** May hold a password. */
  readonly proxy: { readonly url: string; readonly except: readonly string[] } | undefined;
  readonly credentialKeys: string;
  /** Undefined where workspaces are folders. */
  readonly engine:
    | { readonly address: EngineEndpoint; readonly container: string | undefined; readonly root: string | undefined }
    | undefined;
}

type Written = {
  readonly [Key in keyof typeof INSTALL_SETTINGS]?: z.output<(typeof INSTALL_SETTINGS)[Key]['schema']> | undefined;
};

/** Fills in what is not set. */
export function completeInstallSettings(
  set: Written,
  places: { readonly dataDir: string; readonly cwd: string },
): InstallSettings {
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(places.cwd, path));
  const { engine: address, engineContainer: container, engineRoot: root } = set;
  return {
    trustedKeys: at(set.trustedKeys),
    pinned: set.pinned,
    allowSources: set.allowSources,
    allowPrivateHosts: set.allowPrivateHosts ?? [],
    sourcesCa: at(set.sourcesCa),
    proxy: set.proxy === undefined ? undefined : { url: set.proxy, except: set.proxyExcept ?? [] },
    credentialKeys: at(set.credentialKeys) ?? join(places.dataDir, 'credential-keys'),
    engine: address === undefined ? undefined : { address, container, root },
  };
}

function parseEngine(address: string): EngineEndpoint | undefined {
  const path = /^unix:\/\/(\/.+)$/.exec(address)?.[1];
  if (path !== undefined) return isAbsolute(path) ? { socketPath: path } : undefined;
  const url = URL.parse(address);
  // Whoever reaches an engine's port without TLS owns its machine, so that it is on loopback or nowhere.
  if (url?.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
}
