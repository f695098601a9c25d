import type { PlacesJournal, SharedFile } from '../journal/journal.js';
import type { WantedTarget } from '../journal/owned-target.js';
import { inspectPart, removePart, type SharedPart, setPart } from '../target/shared-text.js';
import { readTextFile, type TextFile } from '../target/text-file.js';
import type { TextStep } from './change.js';

interface Draft {
  readonly relative: string;
  readonly before: TextFile | undefined;
  text: string;
  /** What we have made of the file, as things stand with this text. */
  frame: SharedFile;
  /** The same, and what was made before or on the way: after a crash any of it may be found. */
  noted: SharedFile;
}

/** The shared files that a change is about, edited in memory first. */
export interface SharedTexts {
  inspect(path: string, relative: string, part: SharedPart): Promise<string | undefined>;
  /** Only after `inspect` of the same path. Leaves the text as it was when it throws. */
  set(path: string, part: SharedPart, wanted: WantedTarget): void;
  /** Likewise. */
  remove(path: string, part: SharedPart): void;
  /** The files that change. */
  steps(): TextStep[];
  /** What is to be known of shared files, by relative path: while the change is under way, and afterwards. */
  frames(when: 'during' | 'after'): Record<string, SharedFile>;
}

/** Reads each file once; writes nothing. Its methods throw what the edit engines throw. */
export function openSharedTexts(places: PlacesJournal): SharedTexts {
  const drafts = new Map<string, Draft>();
  const draftOf = (path: string): Draft => {
    const draft = drafts.get(path);
    if (draft === undefined) throw new TypeError('inspect comes first');
    return draft;
  };
  return {
    async inspect(path, relative, part) {
      const draft = drafts.get(path) ?? (await readDraft(path, relative, part, places));
      drafts.set(path, draft);
      return inspectPart(draft.text, part);
    },
    set(path, part, wanted) {
      const draft = draftOf(path);
      const { document, made } = setPart(draft.text, part, wanted);
      draft.text = document;
      draft.frame = { ...draft.frame, made: union(draft.frame.made, made) };
      draft.noted = { ...draft.noted, made: union(draft.noted.made, made) };
    },
    remove(path, part) {
      const draft = draftOf(path);
      const { document, made } = removePart(draft.text, part, draft.frame.made);
      draft.text = document;
      draft.frame = { ...draft.frame, made };
    },
    steps: () =>
      [...drafts].flatMap(([path, { before, text, frame }]) => {
        const after = text === '' && frame.created ? undefined : text;
        return before?.text === after ? [] : [{ path, before, after }];
      }),
    frames: (when) => {
      const frames: Record<string, SharedFile> = { ...places.files };
      for (const { relative, text, frame, noted } of drafts.values()) {
        delete frames[relative];
        const { created, made } = when === 'during' ? noted : frame;
        if ((created || made.length > 0) && (when === 'during' || text !== '')) frames[relative] = { created, made };
      }
      return frames;
    },
  };
}

async function readDraft(path: string, relative: string, part: SharedPart, places: PlacesJournal): Promise<Draft> {
  const before = await readTextFile(path);
  const text = before?.text ?? '';
  const noted = (before === undefined ? undefined : places.files[relative]) ?? {
    created: before === undefined,
    made: [],
  };
  // Somebody, or we before a crash, took the container away: what was made of it counts no more.
  const gone = part.target.kind === 'server' && !text.includes(JSON.stringify(part.mcp.container));
  return { relative, before, text, frame: gone ? { ...noted, made: [] } : noted, noted };
}

function union(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])];
}
