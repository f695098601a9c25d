import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstallerOptions, PluginInstaller } from '@agentmesh/installer';
import type { Workshop } from './workshop.js';

/** A checkout of a project on some machine, which has its own workspace, registry and memory of what was accepted. */
export interface Checkout {
  readonly dir: string;
  readonly pluginsDir: string;
  readonly stateDir: string;
  installer(options?: Partial<InstallerOptions>): PluginInstaller;
  read(file: string): Promise<string>;
  write(file: string, text: string | Uint8Array): Promise<void>;
}

/** Makes a checkout below a workshop, whose registry and local plugins it installs from. */
export async function checkOut(shop: Workshop, name = 'project'): Promise<Checkout> {
  const dir = join(shop.dir, name);
  await mkdir(dir);
  const stateDir = join(dir, '.agentmesh');
  const pluginsDir = join(stateDir, 'plugins');
  const consents = rememberConsents();
  return {
    dir,
    pluginsDir,
    stateDir,
    installer: (options = {}) => shop.installer({ pluginsDir, projectDir: dir, consents, ...options }),
    read: (file) => readFile(join(dir, file), 'utf8'),
    write: (file, text) => writeFile(join(dir, file), text),
  };
}

/** Takes the files that a project commits to another checkout, as git would. */
export async function cloneInto(from: Checkout, to: Checkout): Promise<void> {
  for (const file of ['agentmesh.yaml', 'agentmesh.lock', 'agentmesh.permissions.yaml']) {
    const text = await from.read(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) await to.write(file, text);
  }
}

function rememberConsents(): NonNullable<InstallerOptions['consents']> {
  const accepted = new Set<string>();
  return {
    has: async (content) => accepted.has(Buffer.from(content).toString('hex')),
    add: async (content) => void accepted.add(Buffer.from(content).toString('hex')),
  };
}
