import { posix } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import type { ContainerPlace } from './container-place.js';
import { copyFromContainer } from './copy-from-container.js';
import { foldersAbove } from './folders-above.js';
import { inspectInContainer } from './inspect-in-container.js';
import { isPlainName } from './is-plain-name.js';
import { packUpload } from './pack-upload.js';
import { readFromContainer } from './read-from-container.js';
import type { PlacePath, TargetFiles } from './target-files.js';

/** Bytes of arguments that a program is given at once; kernels take at least 128 KiB. */
const MAX_ARGUMENTS = 64 * 1024;
/** Codes that `ls` ends with when it cannot find what it is to list. */
const ABSENT: readonly number[] = [1, 2];

/** Moves files about in a container, by tars and by the programs `mkdir`, `ls`, `mv`, `rm` and `rmdir` that it has to have. */
export function containerFiles(place: ContainerPlace): TargetFiles {
  const { client, container, root } = place;
  const at = ([where, ...names]: PlacePath): string => posix.join(root, PLACES[where], ...names);
  const run = (command: readonly string[]): Promise<void> => runProgram(place, command);
  return {
    names: async (path) => {
      const { exitCode, stdout } = await client.exec(container, ['ls', '-1A', '--', at(path)]);
      if (ABSENT.includes(exitCode)) return [];
      if (exitCode !== 0) throw programFailed('ls', exitCode);
      return stdout.split('\n').filter(isPlainName).sort();
    },
    exists: (path) => client.exists(container, at(path)),
    upload: async (path, upload) => {
      await client.putArchive(container, at(path), await packUpload(upload, place.owner));
    },
    makeFolders: (...paths) => run(['mkdir', '-p', '--', ...paths.map(at)]),
    rename: (from, to) => run(['mv', '-f', '--', at(from), at(to)]),
    remove: (path) => run(['rm', '-rf', '--', at(path)]),
    prune: (path, files) => pruneFolder(place, at(path), files),
    inspect: (path, files) => inspectInContainer(place, at(path), files),
    copy: (path, into, signal) => copyFromContainer(place, { path: at(path), into, signal }),
    read: (path) => readFromContainer(place, at(path)),
  };
}

/** Records and stages lie where no runtime looks for plugins. */
const PLACES = {
  plugins: 'plugins',
  kept: 'plugins.kept',
  records: '.agentmesh/records',
  stage: '.agentmesh/stage',
} as const;

async function runProgram({ client, container }: ContainerPlace, command: readonly string[]): Promise<void> {
  const { exitCode } = await client.exec(container, command);
  if (exitCode !== 0) throw programFailed(command[0] ?? '', exitCode);
}

async function pruneFolder(place: ContainerPlace, folder: string, files: readonly string[]): Promise<void> {
  const paths = files.map((path) => posix.join(folder, path));
  for (const some of inPortions(paths)) await runProgram(place, ['rm', '-f', '--', ...some]);
  const folders = new Set(files.flatMap(foldersAbove));
  const deepestFirst = [...folders].sort((a, b) => b.split('/').length - a.split('/').length);
  for (const some of inPortions(deepestFirst.map((path) => posix.join(folder, path)))) {
    // It ends with 1 for folders that are not empty, and goes on with the others.
    await place.client.exec(place.container, ['rmdir', '--', ...some]);
  }
}

function inPortions(paths: readonly string[]): readonly (readonly string[])[] {
  const portions: string[][] = [];
  let size = MAX_ARGUMENTS;
  for (const path of paths) {
    size += Buffer.byteLength(path) + 1;
    if (size > MAX_ARGUMENTS) {
      portions.push([]);
      size = Buffer.byteLength(path);
    }
    portions.at(-1)?.push(path);
  }
  return portions;
}

function programFailed(program: string, exitCode: number): MarketplaceError {
  return new MarketplaceError(`The program ${program} ended with ${exitCode} in the container of a workspace`, {
    code: 'ENGINE_FAILED',
    hint: 'The container has to have mkdir, ls, mv, rm and rmdir, and its folder of plugins has to be writable.',
  });
}
