import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { digestTree } from '@agentmesh/artifact';
import { createManifest, type ManifestFields, PluginType, saveManifest } from '@agentmesh/manifest';
import { PluginSandbox, type PluginSandboxOptions } from '@agentmesh/sandbox';
import { afterAll } from 'vitest';

const folders: string[] = [];
const sandboxes: PluginSandbox[] = [];

afterAll(async () => {
  for (const sandbox of sandboxes) await sandbox.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A fresh real folder, removed after the file's tests. */
export async function freshFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'agentmesh-sandbox-')));
  folders.push(folder);
  return folder;
}

/** Files of a plugin by path, and what its manifest says besides the required fields. */
export interface TestPlugin {
  readonly name?: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly manifest?: Partial<ManifestFields>;
}

/** Writes a plugin as an installer would leave it: its files, and a manifest with their digest. */
export async function installPlugin(pluginsDir: string, plugin: TestPlugin): Promise<string> {
  const name = plugin.name ?? 'plugin-under-test';
  const root = join(pluginsDir, name);
  await mkdir(root, { recursive: true });
  for (const [path, text] of Object.entries(plugin.files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const fields = {
    ...(isJavaScript(plugin) ? { engine: 'node' as const } : {}),
    name,
    version: '1.0.0',
    description: 'A plugin',
    author: 'someone',
    plugin_type: PluginType.validator,
  };
  const content_digest = Object.keys(plugin.files).length === 0 ? undefined : await digestTree(root);
  await saveManifest(createManifest({ ...fields, content_digest, ...plugin.manifest }), root);
  return name;
}

/** What runs a plugin is said beforehand, so that a test is about one engine: node, unless its manifest says otherwise. */
function isJavaScript({ files, manifest }: TestPlugin): boolean {
  if (manifest?.runtime !== undefined && manifest.runtime !== 'javascript') return false;
  return Object.keys(files).some((path) => /\.[cm]?[jt]s$/.test(path));
}

/** The same everywhere: a test of calls is not about the machine it runs on. */
const AT_PROCESS = { isolation: 'process', minimumIsolation: 'process' } as const;

/** A sandbox over a fresh folder with one plugin; `options` may be anything but the folder. Left out, the level is process. */
export async function sandboxWith(
  plugin: TestPlugin | Readonly<Record<string, string>>,
  options: Omit<PluginSandboxOptions, 'pluginsDir'> = {},
): Promise<{ sandbox: PluginSandbox; plugin: string; pluginsDir: string }> {
  const pluginsDir = await freshFolder();
  const name = await installPlugin(pluginsDir, isTestPlugin(plugin) ? plugin : { files: plugin });
  const saysLevel = options.isolation !== undefined || options.minimumIsolation !== undefined;
  const sandbox = new PluginSandbox({ pluginsDir, ...(saysLevel ? {} : AT_PROCESS), ...options });
  sandboxes.push(sandbox);
  return { sandbox, plugin: name, pluginsDir };
}

/** Runs `run(input)` of an `index.js` (or another file) and gives the outcome. */
export async function runSource(
  source: string | Readonly<Record<string, string>>,
  input: unknown = null,
  options: Omit<PluginSandboxOptions, 'pluginsDir'> = {},
): ReturnType<PluginSandbox['execute']> {
  const files = typeof source === 'string' ? { 'index.js': source } : source;
  const { sandbox, plugin } = await sandboxWith(files, options);
  return sandbox.execute({ plugin, function: 'run', input });
}

function isTestPlugin(value: TestPlugin | Readonly<Record<string, string>>): value is TestPlugin {
  return typeof value.files === 'object';
}
