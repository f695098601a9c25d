import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PluginRegistry } from '@agentmesh/registry';

/** A registry in a file, and the folder around it. */
export interface PublishedPlugins {
  readonly registry: PluginRegistry;
  readonly folder: string;
  publish(name: string, version: string, files: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

/** Opens an empty registry on disk. */
export async function openPublished(): Promise<PublishedPlugins> {
  const folder = await mkdtemp(join(tmpdir(), 'agentmesh-registry-'));
  const registry = await PluginRegistry.open({ storagePath: join(folder, 'registry.json') });
  return {
    registry,
    folder,
    publish: async (name, version, files) => {
      const dir = join(folder, `${name}-${version}`);
      const fields = { name, version, description: 'd', author: 'alice@example.com', plugin_type: 'validator' };
      for (const [path, text] of Object.entries({ ...files, 'agent-plugin.yaml': JSON.stringify(fields) })) {
        await mkdir(dirname(join(dir, path)), { recursive: true });
        await writeFile(join(dir, path), text);
      }
      await registry.publish(dir);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
