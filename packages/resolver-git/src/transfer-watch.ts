import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MarketplaceError } from '@agentmesh/errors';
import { PackScan } from './pack-scan.js';

/** What may arrive. */
export interface TransferLimits {
  /** Bytes of all packs together, as they come over the network. */
  readonly maxBytes: number;
  /** Objects of one pack; a pack says at its beginning how many there are. */
  readonly maxObjects: number;
  /** Bytes of one object, unpacked, and of all objects of a pack. */
  readonly maxObjectBytes: number;
  readonly maxTotalBytes: number;
}

/** Looks at a repository while git fills it. */
export interface TransferWatch {
  /** Aborts with `FETCH_TOO_LARGE` when more arrives than may. */
  readonly signal: AbortSignal;
  /** Looks a last time, and no more after that. Throws `FETCH_TOO_LARGE`; answers the bytes that arrived. */
  end(): Promise<number>;
}

const INTERVAL_MS = 40;
/** Most packs are complete by then, and are measured when they are read. */
const SCAN_AFTER_MS = 1_000;
const SCAN_FOR_MS = 30;
const HEADER_BYTES = 12;

/** Starts to watch. git has no limit of its own for what it fetches, but puts it into one growing file. */
export function watchTransfer(
  repository: string,
  limits: TransferLimits & { readonly idBytes: number },
  onBytes: (bytes: number) => void,
): TransferWatch {
  const controller = new AbortController();
  const folder = join(repository, 'objects', 'pack');
  const scans = new Map<string, PackScan>();
  const scanFrom = performance.now() + SCAN_AFTER_MS;
  const look = async (): Promise<number> => {
    const { bytes, objects, growing } = await measure(folder);
    if (bytes > limits.maxBytes) controller.abort(tooLarge(`${limits.maxBytes} bytes`));
    if (objects > limits.maxObjects) controller.abort(tooLarge(`${limits.maxObjects} objects`));
    if (!controller.signal.aborted) onBytes(bytes);
    return growing === undefined || performance.now() < scanFrom ? bytes : scan(growing, bytes);
  };
  const scan = async (path: string, bytes: number): Promise<number> => {
    const scanning = scans.get(path) ?? new PackScan(path, limits);
    scans.set(path, scanning);
    if (await scanning.advance(SCAN_FOR_MS)) controller.abort(tooLarge('a fetch may hold, once it is unpacked'));
    return bytes;
  };
  let looking: Promise<number> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    // A look that fails says nothing; the last one is awaited.
    looking.catch(() => undefined);
  }, INTERVAL_MS);
  return {
    signal: controller.signal,
    end: async () => {
      clearInterval(timer);
      await looking?.catch(() => undefined);
      for (const scanning of scans.values()) scanning.close();
      const { bytes, objects } = await measure(folder);
      if (bytes > limits.maxBytes) controller.abort(tooLarge(`${limits.maxBytes} bytes`));
      if (objects > limits.maxObjects) controller.abort(tooLarge(`${limits.maxObjects} objects`));
      controller.signal.throwIfAborted();
      onBytes(bytes);
      return bytes;
    },
  };
}

async function measure(folder: string): Promise<{
  readonly bytes: number;
  readonly objects: number;
  /** The pack that is arriving. */
  readonly growing: string | undefined;
}> {
  let [bytes, objects] = [0, 0];
  let growing: string | undefined;
  for (const name of await readdir(folder)) {
    if (!name.startsWith('tmp_pack_') && !name.endsWith('.pack')) continue;
    const path = join(folder, name);
    const size = await stat(path).then(
      (stats) => stats.size,
      // git gives it another name when it is complete.
      () => 0,
    );
    bytes += size;
    if (name.startsWith('tmp_pack_') && size > 0) growing = path;
    if (size >= HEADER_BYTES) objects = Math.max(objects, await countObjects(path));
  }
  return { bytes, objects, growing };
}

/** `PACK`, the version, and how many objects follow (gitformat-pack(5)). */
async function countObjects(path: string): Promise<number> {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return 0;
  try {
    await file.read(header, 0, HEADER_BYTES, 0);
  } finally {
    await file.close();
  }
  return header.readUInt32BE(8);
}

function tooLarge(limit: string): MarketplaceError {
  return new MarketplaceError(`The repository sends more than ${limit}`, {
    code: 'FETCH_TOO_LARGE',
    hint: 'Fetch a folder of the repository (//folder), or raise the limits maxBytes and maxFiles.',
  });
}
