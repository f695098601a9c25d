import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { listTree, type TreeFile } from '@agentmesh/artifact';
import { type Pack, pack } from 'tar-stream';
import { foldersAbove } from './folders-above.js';
import type { StagedUpload } from './target-files.js';

/** Whom the files in a container belong to. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

/** A tar of a staged folder as `tree/`, then its record, so that a record is there when all of its files are. */
export async function packUpload({ folder, record, signal }: StagedUpload, owner: FileOwner): Promise<Readable> {
  const { files } = await listTree(folder, signal === undefined ? {} : { signal });
  const tar = pack();
  const adding = addAll(tar, { folder, files, record, owner });
  // What reads the tar hears of it.
  adding.catch((error: Error) => tar.destroy(error));
  return tar as unknown as Readable; // Its own stream has all that `pipeline` uses.
}

interface Packing {
  readonly folder: string;
  readonly files: readonly TreeFile[];
  readonly record: string;
  readonly owner: FileOwner;
}

async function addAll(tar: Pack, { folder, files, record, owner }: Packing): Promise<void> {
  const common = { ...owner, mtime: new Date(0) };
  const folders = [...new Set(files.flatMap(({ path }) => foldersAbove(`tree/${path}`)))].sort();
  for (const name of ['tree', ...folders.filter((one) => one !== 'tree')]) {
    await end(tar, { ...common, name: `${name}/`, type: 'directory', mode: 0o755 });
  }
  for (const { path, size, executable } of files) {
    const header = { ...common, name: `tree/${path}`, size, mode: executable ? 0o755 : 0o644 };
    await pipeline(createReadStream(join(folder, path)), opened(tar, header));
  }
  await end(tar, { ...common, name: 'record.json', mode: 0o644 }, record);
  tar.finalize();
}

type EntryHeader = Parameters<Pack['entry']>[0];

function opened(tar: Pack, header: EntryHeader): NodeJS.WritableStream {
  // A stream of the streamx package, which `pipeline` takes.
  return tar.entry(header) as unknown as NodeJS.WritableStream;
}

function end(tar: Pack, header: EntryHeader, text = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, text, (error) => (error ? reject(error) : resolve()));
  });
}
