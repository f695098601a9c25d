import { findJsonEntry, type JsonFrame, removeJsonEntry, setJsonEntry } from '../edit/json-entry.js';
import { findMemoryBlock, removeMemoryBlock, setMemoryBlock } from '../edit/memory-block.js';
import { findTomlEntry, removeTomlEntry, setTomlEntry } from '../edit/toml-entry.js';
import type { TomlValue } from '../edit/toml-table.js';
import type { Target, WantedTarget } from '../journal/owned-target.js';
import type { McpPlace } from '../table/client.js';
import { digestText, digestValue } from './digest-text.js';

/** One thing of ours in a text that others write as well. */
export interface SharedPart {
  readonly plugin: string;
  readonly target: Target;
  /** Where the client keeps its servers; blocks need none. */
  readonly mcp: McpPlace;
}

/** The digest of a part as it stands; `changed` for one that a person left comments in; undefined where there is none. */
export function inspectPart(document: string, part: SharedPart): string | undefined {
  const { target, mcp, plugin } = part;
  if (target.kind === 'memory') {
    const text = findMemoryBlock(document, { plugin, what: target.name });
    return text === undefined ? undefined : digestText(text);
  }
  const id = { container: mcp.container, name: target.name };
  if (mcp.syntax === 'toml') {
    const entry = findTomlEntry(document, id);
    return entry === undefined ? undefined : entry.plain ? digestValue(entry.value) : 'changed';
  }
  const entry = findJsonEntry(document, id);
  return entry === undefined ? undefined : entry.commented ? 'changed' : digestValue(entry.value);
}

/** Puts a part in, or in place of the one that is there; answers also what had to be made around it. */
export function setPart(
  document: string,
  part: SharedPart,
  wanted: WantedTarget,
): { readonly document: string; readonly made: readonly JsonFrame[] } {
  const { mcp, plugin } = part;
  if (wanted.kind === 'memory') {
    const text = setMemoryBlock(document, { plugin, what: wanted.name }, wanted.text ?? '');
    return { document: text, made: [] };
  }
  const id = { container: mcp.container, name: wanted.name };
  const value = wanted.value ?? {};
  if (mcp.syntax !== 'toml') return setJsonEntry(document, id, value);
  return {
    document: setTomlEntry(document, id, Object.fromEntries(Object.entries(value).filter(isTomlPair))),
    made: [],
  };
}

/** Takes a part out, and with the last one what was made around it; answers also what of that is left. */
export function removePart(
  document: string,
  part: SharedPart,
  made: readonly string[],
): { readonly document: string; readonly made: readonly string[] } {
  const { target, mcp, plugin } = part;
  if (target.kind === 'memory') {
    return { document: removeMemoryBlock(document, { plugin, what: target.name }), made };
  }
  const id = { container: mcp.container, name: target.name };
  if (mcp.syntax === 'toml') return { document: removeTomlEntry(document, id), made };
  return removeJsonEntry(document, id, made.filter(isFrame));
}

function isFrame(made: string): made is JsonFrame {
  return made === 'document' || made === 'document-lines' || made === 'container' || made === 'container-lines';
}

/** Entries are rendered by the table of clients, which knows no other values. */
function isTomlPair(pair: [string, unknown]): pair is [string, TomlValue] {
  return pair[1] !== undefined && pair[1] !== null;
}
