import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type ElfFile, readElf } from './elf.js';

const LOADER_CONFIG = '/etc/ld.so.conf';
const MAX_INCLUDES = 8;
const USUAL_FOLDERS = [
  ...['/lib/x86_64-linux-gnu', '/usr/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu', '/usr/lib/aarch64-linux-gnu'],
  ...['/lib64', '/usr/lib64', '/lib', '/usr/lib', '/usr/local/lib'],
];
/** Stands for its own folder wherever the dynamic loader looks. */
const CORE_LIBRARY = 'libc.so.6';

/** Files that a binary cannot be loaded without, from the path they have to be at to the path of the host. */
export type Libraries = ReadonlyMap<string, string>;

const configured = new Map<string, readonly string[]>();

/**
 * Finds the dynamic loader and the shared libraries of a binary, and theirs, where ld.so(8) would: its own search path,
 * the usual folders, those of /etc/ld.so.conf. Nothing is run. All libraries get a place in the folder of the C library,
 * which every loader searches. Empty for a file that is no ELF binary; a library that is nowhere is left out.
 *
 * @param config where the loader's configuration is
 */
export function findLibraries(path: string, config: string = LOADER_CONFIG): Libraries {
  const found = new Map<string, string>();
  const elf = readElf(path);
  if (elf === undefined) return found;
  const queue: { elf: ElfFile; path: string }[] = [{ elf, path }];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const name of next.elf.needed) {
      const library = found.has(name) ? undefined : locate(basename(name), next, config);
      if (library === undefined) continue;
      found.set(name, library.path);
      queue.push(library);
    }
  }
  return placed(found, elf, config);
}

function placed(found: ReadonlyMap<string, string>, { interpreter, machine }: ElfFile, config: string): Libraries {
  const core =
    found.get(CORE_LIBRARY) ??
    interpreter ??
    locate(CORE_LIBRARY, { elf: { machine, runPath: [] }, path: '/' }, config)?.path;
  const folder = core === undefined ? '/lib' : dirname(core);
  const places = new Map<string, string>();
  if (interpreter !== undefined && existsSync(interpreter)) places.set(interpreter, interpreter);
  for (const [name, path] of found) places.set(join(folder, basename(name)), path);
  return places;
}

function locate(
  name: string,
  by: { elf: Pick<ElfFile, 'machine' | 'runPath'>; path: string },
  config: string,
): { elf: ElfFile; path: string } | undefined {
  const own = by.elf.runPath.map((folder) => folder.replace(/\$(?:ORIGIN|\{ORIGIN\})/g, dirname(by.path)));
  const inFolders = (folders: readonly string[]): { elf: ElfFile; path: string } | undefined => {
    for (const folder of folders) {
      const path = join(folder, name);
      const elf = readElf(path);
      if (elf?.machine === by.elf.machine) return { elf, path };
    }
    return undefined;
  };
  const found = inFolders([...own, ...USUAL_FOLDERS]);
  if (found !== undefined) return found;
  const folders = configured.get(config) ?? configuredFolders(config);
  configured.set(config, folders);
  return inFolders(folders);
}

/** The folders that an administrator added (format: ldconfig(8)). */
function configuredFolders(path: string, depth = 0): string[] {
  if (depth > MAX_INCLUDES) return [];
  return linesOf(path).flatMap((line) => {
    const pattern = /^include\s+(\S+)$/.exec(line)?.[1];
    if (pattern === undefined) return line.startsWith('/') ? [line] : [];
    return filesLike(resolve(dirname(path), pattern)).flatMap((file) => configuredFolders(file, depth + 1));
  });
}

/** Of a pattern the last part may have a `*`, as in /etc/ld.so.conf.d/*.conf. */
function filesLike(pattern: string): string[] {
  const [before = '', after] = basename(pattern).split('*');
  if (after === undefined) return [pattern];
  try {
    const names = readdirSync(dirname(pattern)).filter((name) => name.startsWith(before) && name.endsWith(after));
    return names.toSorted().map((name) => join(dirname(pattern), name));
  } catch {
    return [];
  }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => line.replace(/#.*/, '').trim());
  } catch {
    return [];
  }
}
