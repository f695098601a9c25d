import { join } from 'node:path';
import { readFileLimited, writeFileAtomic } from '@agentmesh/files';
import { type PlainYaml, parsePlainYaml } from '@agentmesh/manifest/plain-yaml';
import { isMap, isNode, isScalar, stringify } from 'yaml';
import { ifPresent } from '../state/if-present.js';
import { projectError } from './project-error.js';
import { MAX_PROJECT_BYTES } from './project-limits.js';

/** A key of `agentmesh.yaml` that belongs to the application, and what shall stand there. */
export interface ProjectList {
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * Writes a list of texts into the `agentmesh.yaml` of a project: everything else in it stays as it is, byte for byte.
 *
 * @throws MarketplaceError `PROJECT_INVALID`; `FILE_TOO_LARGE`, `FILE_NOT_REGULAR`
 */
export async function writeProjectList(projectDir: string, { key, values }: ProjectList): Promise<void> {
  const path = join(projectDir, 'agentmesh.yaml');
  const bytes = (await ifPresent(readFileLimited(path, MAX_PROJECT_BYTES))) ?? new Uint8Array();
  const file = parsePlainYaml(bytes);
  if (!('document' in file)) throw projectError('PROJECT_INVALID', path, file);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const line = `${key}: ${stringify(values, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trimEnd()}`;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  await writeFileAtomic(path, place(text, { file, key, line, eol }));
}

interface Placing {
  readonly file: PlainYaml;
  readonly key: string;
  readonly line: string;
  readonly eol: string;
}

function place(text: string, { file, key, line, eol }: Placing): string {
  const { contents } = file.document;
  const pair = isMap(contents) ? contents.items.find((one) => isScalar(one.key) && one.key.value === key) : undefined;
  const [start, end] = [isNode(pair?.key) ? pair.key.range?.[0] : undefined, endOf(pair?.value, pair?.key)];
  if (start === undefined || end === undefined) {
    // A mapping in braces has no lines of its own.
    if (isMap(contents) && contents.flow === true && contents.items.length > 0) {
      return `{${line}, ${text.slice(text.indexOf('{') + 1)}`;
    }
    const gap = text === '' || text.endsWith('\n') ? '' : eol;
    return `${text}${gap}${line}${eol}`;
  }
  // The end of a list of lines is that of its last line.
  const broken = text.slice(start, end).endsWith('\n') ? eol : '';
  return `${text.slice(0, start)}${line}${broken}${text.slice(end)}`;
}

function endOf(value: unknown, key: unknown): number | undefined {
  if (isNode(value) && value.range !== undefined && value.range !== null) return value.range[1];
  return isNode(key) ? (key.range?.[1] ?? undefined) : undefined;
}
