import { rm, writeFile } from 'node:fs/promises';
import { printable } from '@agentmesh/errors';
import { readFileLimited } from '@agentmesh/files';
import { ifPresent } from './if-present.js';

const MAX_BYTES = 65_536;
const MAX_ACTION = 200;

/** How a generation came to be. For people: nothing is decided by it. */
export interface GenerationNote {
  readonly at: Date;
  /** `install a, b`, `uninstall a`, `rollback 3`; safe to show. */
  readonly action: string;
}

/** Writes the note of a generation beside its folder: the folder is what a user sees as the plugins, and holds no times. */
export async function writeNote(generationDir: string, { at, action }: GenerationNote): Promise<void> {
  const text = JSON.stringify({ at: at.toISOString(), action: printable(action, MAX_ACTION) });
  const place = placeOf(generationDir);
  await rm(place, { force: true });
  await writeFile(place, `${text}\n`, { flag: 'wx' });
}

/** The note of a generation; undefined where there is none that can be read, as in those of earlier versions. */
export async function findNote(generationDir: string): Promise<GenerationNote | undefined> {
  const bytes = await ifPresent(readFileLimited(placeOf(generationDir), MAX_BYTES));
  return bytes === undefined ? undefined : parseNote(bytes.toString('utf8'));
}

function placeOf(generationDir: string): string {
  return `${generationDir}.json`;
}

function parseNote(text: string): GenerationNote | undefined {
  try {
    const { at, action } = JSON.parse(text) ?? {};
    const date = new Date(typeof at === 'string' ? at : Number.NaN);
    if (Number.isNaN(date.getTime()) || typeof action !== 'string') return undefined;
    return { at: date, action: printable(action, MAX_ACTION) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
