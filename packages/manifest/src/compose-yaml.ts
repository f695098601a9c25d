import type { Document } from 'yaml';
import { MAX_FILE_BYTES } from './file-limit.js';
import { loadYaml } from './load-library.js';
import { MANIFEST_FILENAME } from './manifest-filename.js';
import { parseYamlTokens } from './parse-yaml-tokens.js';
import type { Problems } from './problems.js';

/** What neither YAML nor PyYAML lets stand in a file as it is, lone surrogates included; it is written as an escape. */
const NOT_YAML = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A parsed file, not yet read. */
export interface ComposedYaml {
  readonly document: Document;
  /** The line, from 1, of an offset in the text. */
  lineAt(offset: number): number;
}

/** Parses a text that must be one YAML document; undefined when it is not, with the reasons in `problems`. */
export function composeYaml(text: string, problems: Problems): ComposedYaml | undefined {
  if (text.length > MAX_FILE_BYTES || Buffer.byteLength(text) > MAX_FILE_BYTES) {
    problems.error('file-too-large', MANIFEST_FILENAME, `expected at most ${MAX_FILE_BYTES} bytes`);
    return undefined;
  }
  const bad = NOT_YAML.exec(text);
  if (bad === null) return compose(text, problems);
  const line = text.slice(0, bad.index).split('\n').length;
  const message = `character U+${hex(bad[0])} cannot stand in YAML, write it as an escape`;
  problems.add({ code: 'yaml-invalid', severity: 'error', path: MANIFEST_FILENAME, line, message });
  return undefined;
}

function compose(text: string, problems: Problems): ComposedYaml | undefined {
  const { Composer, LineCounter } = loadYaml();
  const lineCounter = new LineCounter();
  const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
  const tokens = parseYamlTokens(text, lineCounter.addNewLine);
  if (typeof tokens === 'string') {
    problems.error('yaml-too-complex', MANIFEST_FILENAME, tokens);
    return undefined;
  }
  // The failsafe schema keeps every scalar as text. Duplicate keys are looked for later, without comparing all with all.
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, merge: false, logLevel: 'silent' });
  const documents = composer.compose(tokens, true, text.length);
  const document: Document | undefined = documents.next().value ?? undefined;
  for (const { pos, message } of document?.errors ?? []) {
    problems.add({ code: 'yaml-invalid', severity: 'error', path: MANIFEST_FILENAME, line: lineAt(pos[0]), message });
  }
  const second = documents.next().value;
  if (second) {
    const line = lineAt(second.range[0]);
    const message = 'expected one document, found another one';
    problems.add({ code: 'yaml-several-documents', severity: 'error', path: MANIFEST_FILENAME, line, message });
  }
  return document === undefined || problems.failed ? undefined : { document, lineAt };
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
