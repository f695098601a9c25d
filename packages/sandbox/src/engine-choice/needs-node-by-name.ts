import { posix } from 'node:path';
import type { PreparedPlugin } from '../engines/engine.js';
import { findNodeNeeds } from './find-node-needs.js';

const SCRIPT = /\.[cm]?[jt]s$/;
/** More text is not looked at: it would take too long. In UTF-16 code units. */
const MOST_PARSED = 4 * 1024 * 1024;
const ENDINGS = ['', '.js', '.cjs', '.ts', '/index.js', '/index.cjs', '/index.ts'];

/**
 * Whether a plugin's entry, or a file that it reaches by imports written out, names what only Node's engine has. Files that
 * nothing reaches, such as tests, do not count.
 */
export async function needsNodeByName({ entry, files }: PreparedPlugin, hasEnv: boolean): Promise<boolean> {
  const texts = new Map(
    files.flatMap((file) => ('text' in file && SCRIPT.test(file.path) ? [[file.path, file.text]] : [])),
  );
  const waiting = [entry];
  let left = MOST_PARSED;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = texts.get(path);
    texts.delete(path);
    left -= text?.length ?? 0;
    if (text === undefined || left < 0) continue;
    const { needs, imports } = await findNodeNeeds(text, hasEnv);
    if (needs.length > 0) return true;
    for (const specifier of imports) waiting.push(...targetsOf(specifier, path));
  }
  return false;
}

/** Every file that a specifier could mean; of those there are one or none. */
function targetsOf(specifier: string, from: string): readonly string[] {
  if (!/^\.{1,2}(\/|$)/.test(specifier)) return [];
  const path = posix.join(posix.dirname(from), decode(specifier));
  return [...ENDINGS.map((ending) => path + ending), path.replace(/\.js$/, '.ts')];
}

function decode(specifier: string): string {
  try {
    return decodeURIComponent(specifier);
  } catch {
    return specifier;
  }
}
