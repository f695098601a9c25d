import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import type { Settings } from '../settings.js';

/** Shapes by the digest of a plugin's files, so that lists need not load all adapters to look again. */
export type ShapeNotes = Readonly<Record<string, readonly string[]>>;

const MAX_BYTES = 16 * 1_048_576;
const VERSION = 1;

/** What was noted with the same packages; nothing for a file that is not there or is none of ours. */
export async function readShapeNotes(settings: Settings): Promise<ShapeNotes> {
  const bytes = await readFileLimited(pathOf(settings), MAX_BYTES).catch(() => undefined);
  const { version, packages, plugins } = parse(bytes?.toString('utf8') ?? '');
  const isSame = version === VERSION && JSON.stringify(packages) === JSON.stringify(packagesOf(settings));
  return isSame && typeof plugins === 'object' && plugins !== null ? (plugins as ShapeNotes) : {};
}

/** Notes them in the place of all that was noted. */
export async function writeShapeNotes(settings: Settings, plugins: ShapeNotes): Promise<void> {
  const path = pathOf(settings);
  await mkdir(dirname(path), { recursive: true });
  const notes = { version: VERSION, packages: packagesOf(settings), plugins };
  await writeFileAtomic(path, `${JSON.stringify(notes)}\n`, { durable: false });
}

/** Other packages see other shapes. */
function packagesOf({ shapes }: Settings): readonly string[] {
  return [...shapes.user, ...shapes.project];
}

function pathOf({ home }: Settings): string {
  return join(home, 'clients', 'shapes.json');
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
