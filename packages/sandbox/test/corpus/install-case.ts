import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { createManifest, loadManifest, type Permissions, PluginType, saveManifest } from '@agentmesh/manifest';
import { WASM_ECHO } from './adapt-case.js';
import type { EngineName } from './engine-name.js';
import type { EscapeCase } from './escape-case.js';
import type { Traps } from './traps.js';

/** Entry files by format of the corpus. */
const ENTRIES = {
  cjs: 'index.cjs',
  esm: 'index.mjs',
  ts: 'index.ts',
  py: 'hostile.py',
  base64: 'hostile.wasm',
  wat: 'hostile.wasm',
} as const;

const HONEST_JAVASCRIPT =
  'exports.run = (input) => new Promise((done) => { const until = Date.now() + (input.wait || 0); while (Date.now() < until); done(input); });';
const HONEST: Record<EngineName, readonly [string, string]> = {
  node: ['index.cjs', HONEST_JAVASCRIPT],
  quickjs: ['index.cjs', HONEST_JAVASCRIPT],
  python: [
    'honest.py',
    'import time\ndef run(input):\n    time.sleep(input.get("wait", 0) / 1000)\n    return input\n',
  ],
  wasm: ['honest.wasm', WASM_ECHO],
};

/** What is installed, where. */
export interface CaseToInstall {
  readonly attack: EscapeCase;
  readonly engine: EngineName;
  readonly pluginsDir: string;
  readonly traps: Traps;
}

/** Writes the plugin of a case, under the case's id, as an installer would have left it, with the files that belong to it. */
export async function installCase({ attack, engine, pluginsDir, traps }: CaseToInstall): Promise<string> {
  const root = join(pluginsDir, attack.id);
  await mkdir(root);
  const entry = ENTRIES[attack.format];
  await writeFile(join(root, entry), await contentOf(attack));
  const fill = (text: string) => substitute(text, traps);
  for (const [path, content] of Object.entries(attack.files ?? {})) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    if (typeof content === 'string') await writeFile(join(root, path), fill(content));
    else await symlink(fill(content.symlink), join(root, path));
  }
  for (const [path, content] of Object.entries(attack.hostFiles ?? {})) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), fill(content));
  }
  await saveManifest(manifestFor({ name: attack.id, entry, engine, permissions: attack.permissions }), root);
  await installHonest(traps.outsideDir, 'outside', engine);
  return root;
}

/** Installs a plugin that gives back its input, after `wait` milliseconds if it can wait. */
export async function installHonest(root: string, name: string, engine: EngineName): Promise<void> {
  await mkdir(root, { recursive: true });
  const [entry, code] = HONEST[engine];
  await writeFile(join(root, entry), engine === 'wasm' ? await assembleText(WASM_ECHO) : code);
  await saveManifest(manifestFor({ name, entry, engine }), root);
}

async function contentOf({ format, code }: EscapeCase): Promise<string | Uint8Array> {
  if (format === 'base64') return Buffer.from(code, 'base64');
  return format === 'wat' ? assembleText(code) : code;
}

async function assembleText(text: string): Promise<Uint8Array> {
  const { default: wabt } = await import('wabt');
  return (await wabt()).parseWat('plugin.wat', text).toBinary({}).buffer;
}

/** `${…}` of the corpus, filled in. */
export function substitute(text: string, traps: Traps): string {
  const values: Record<string, number | string | undefined> = {
    secretFile: traps.input.secretFile,
    outsideDir: traps.outsideDir,
    outsideName: basename(traps.outsideDir),
    canaryFile: traps.canaries.file,
  };
  return text.replace(/\$\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/**
 * What a verifier says that believes everything and leaves links out. The sandbox so gets to run plugins that a real verifier
 * would have stopped: a case is contained by the sandbox, not by what stands before it.
 */
export async function believingTree(pluginsDir: string, plugin: string) {
  const root = join(pluginsDir, plugin);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  const files = paths.map((path) => {
    const bytes = readFileSync(join(root, path));
    return { path, size: lstatSync(join(root, path)).size, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  return { root, manifest: await loadManifest(root), files };
}

function manifestFor(plugin: {
  name: string;
  entry: string;
  engine: EngineName;
  permissions?: Permissions | undefined;
}) {
  const { name, entry, engine, permissions } = plugin;
  return createManifest({
    name,
    version: '1.0.0',
    description: 'A case of the corpus',
    author: 'nobody',
    plugin_type: PluginType.validator,
    entry,
    ...(engine === 'node' || engine === 'quickjs' ? { engine } : {}),
    ...(permissions === undefined ? {} : { permissions }),
  });
}
