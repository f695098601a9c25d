import type { MarketplaceError } from '@agentmesh/errors';
import type { InstallerOptions, PluginInstaller } from '@agentmesh/installer';
import type { PluginRegistry } from '@agentmesh/registry';
import type { PluginSandbox, PluginSandboxOptions } from '@agentmesh/sandbox';
import type { Keyring } from '@agentmesh/signing';
import { createEngineChooser } from './engine-chooser.js';
import { environment } from './environment.js';
import type { OpenedRegistry } from './registries/open-registry.js';
import type { RegistryPlace } from './registries/registry-place.js';
import type { Settings } from './settings.js';
import { SETTINGS_KEYS } from './settings-file.js';
import type { Shapes } from './shapes/open-shapes.js';
import type { NetworkOptions } from './sources/network-options.js';
import type { Sources } from './sources/open-sources.js';

type Progress = NonNullable<InstallerOptions['onProgress']>;

/** The packages wired for one run; each is loaded when it is first asked for, which keeps a start short. */
export interface Composition {
  readonly settings: Settings;
  readonly onProgress: Progress;
  registry(): Promise<PluginRegistry>;
  /** Any registry, with what it is made of; closed with the run. */
  openRegistry(place: RegistryPlace): Promise<OpenedRegistry>;
  sources(): Promise<Sources>;
  /** What everything that uses the network is given: hosts, credentials, proxy, cache. */
  network(): Promise<NetworkOptions>;
  /** The project's trusted keys; undefined where it has none. */
  keyring(): Promise<Keyring | undefined>;
  installer(): Promise<PluginInstaller>;
  /** The same for what is installed already: lists, verifies, uninstalls; reads no registry. */
  installed(): Promise<PluginInstaller>;
  /** The same for questions that have nothing to do with trust; reads no keys. */
  offhand(): Promise<PluginInstaller>;
  /** The shapes of this program and of third parties. */
  shapes(): Promise<Shapes>;
  /** A fresh one, which whoever asks for it closes. */
  sandbox(choice?: SandboxChoice): Promise<PluginSandbox>;
  /** Lets go of registries that keep connections. */
  close(): Promise<void>;
}

/** What a command decides about its sandbox. */
type SandboxChoice = Pick<PluginSandboxOptions, 'minimumIsolation' | 'onLog'>;

/**
 * Wires every package to the settings. The one place where implementations are chosen.
 *
 * @param onProblem told of what stops nothing, such as a cache that cannot be written
 */
export function compose(
  settings: Settings,
  onProgress: Progress,
  onProblem: (problem: MarketplaceError) => void = () => undefined,
): Composition {
  const opened: OpenedRegistry[] = [];
  const composition: Composition = {
    settings,
    onProgress,
    registry: once(async () => (await composition.openRegistry(settings.registry)).registry),
    openRegistry: async (place) => {
      const found = await openRegistry(composition, place, onProblem);
      opened.push(found);
      return found;
    },
    close: async () => void (await Promise.all(opened.splice(0).map((one) => one.close()))),
    sources: once(() => openSources(composition)),
    network: once(() => openNetwork(settings, onProblem)),
    keyring: once(() => openKeyring(settings)),
    installer: once(() => openInstaller(composition)),
    installed: once(() => openInstalled(composition)),
    offhand: once(() => openOffhand(composition)),
    shapes: once(() => openShapes(settings)),
    sandbox: (choice = {}) => openSandbox(composition, choice),
  };
  return composition;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function openRegistry(
  { settings, network }: Composition,
  place: RegistryPlace,
  onProblem: (problem: MarketplaceError) => void,
): Promise<OpenedRegistry> {
  const { openRegistry: open } = await import('./registries/open-registry.js');
  return open(place, { network, keyPath: settings.keyPath, offline: settings.network.offline, onProblem });
}

async function openKeyring(settings: Settings): Promise<Keyring | undefined> {
  const { readTrustedKeys } = await import('./trusted-keys.js');
  return readTrustedKeys(settings);
}

async function openSources(composition: Composition): Promise<Sources> {
  const { openSources: open } = await import('./sources/open-sources.js');
  return open(composition);
}

async function openNetwork(
  settings: Settings,
  onProblem: (problem: MarketplaceError) => void,
): Promise<NetworkOptions> {
  const { networkOptions } = await import('./sources/network-options.js');
  return networkOptions(settings.network, onProblem);
}

async function openShapes(settings: Settings): Promise<Shapes> {
  const [{ openShapes: open }, { launcher }] = await Promise.all([
    import('./shapes/open-shapes.js'),
    import('./shapes/launcher.js'),
  ]);
  return open(settings, { launcher: launcher(settings) });
}

async function openInstaller(composition: Composition): Promise<PluginInstaller> {
  const [{ PluginInstaller }, registry, sources, trustedKeys] = await Promise.all([
    import('@agentmesh/installer'),
    composition.registry(),
    composition.sources(),
    composition.keyring(),
  ]);
  const { settings, onProgress } = composition;
  return new PluginInstaller({
    ...(await projectOptions(settings)),
    registry,
    sources,
    trustedKeys,
    onProgress,
    offlineSchemes: ['local'],
    developmentDir: settings.workspaceDir,
    policy: { pinned: settings.network.pinned },
    readPlugin: readForeign,
    chooseEngine: createEngineChooser(() => composition.sandbox()),
  });
}

async function openInstalled(composition: Composition): Promise<PluginInstaller> {
  const [{ PluginInstaller }, trustedKeys] = await Promise.all([import('@agentmesh/installer'), composition.keyring()]);
  const { settings, onProgress } = composition;
  return new PluginInstaller({ ...(await projectOptions(settings)), trustedKeys, onProgress });
}

async function openOffhand({ settings, onProgress }: Composition): Promise<PluginInstaller> {
  const { PluginInstaller } = await import('@agentmesh/installer');
  return new PluginInstaller({ ...(await projectOptions(settings)), onProgress });
}

/** Foreign containers install as they are. */
const readForeign: NonNullable<InstallerOptions['readPlugin']> = async (dir, hints) =>
  (await import('@agentmesh/container')).readContainer(dir, hints);

/** Where installs work, and what a project brings along that has to be accepted. */
async function projectOptions(
  settings: Settings,
): Promise<Pick<InstallerOptions, 'pluginsDir' | 'projectDir' | 'projectKeys' | 'consents'>> {
  const { Consents } = await import('./consent.js');
  const { pluginsDir, workspaceDir: projectDir, userDir } = settings;
  return { pluginsDir, projectDir, projectKeys: SETTINGS_KEYS, consents: new Consents(userDir) };
}

async function openSandbox(composition: Composition, choice: SandboxChoice): Promise<PluginSandbox> {
  const [{ PluginSandbox }, installer] = await Promise.all([import('@agentmesh/sandbox'), composition.installed()]);
  const { pluginsDir, workspaceDir } = composition.settings;
  return new PluginSandbox({
    ...choice,
    pluginsDir,
    workspaceDir,
    env: environment(),
    verifyTree: async (name) => {
      const tree = await installer.verifyTree(name);
      return { ...tree, digest: tree.contentDigest };
    },
    // What nobody granted a plugin does not have, whatever its manifest asks for.
    grants: ({ manifest, digest }) => installer.grantedPermissions(manifest.name, digest),
  });
}
