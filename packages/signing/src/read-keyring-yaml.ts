import type { Finding } from '@agentmesh/errors';
import { type Document, isScalar, Lexer, LineCounter, parseDocument, visit } from 'yaml';

const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Most words, marks and blanks of a file: a little more than the largest keyring has, and read in two seconds. */
const MAX_LEXEMES = 400_000;

/** The value that a YAML text stands for, or what is wrong with the text. */
export type YamlAnswer = { readonly value: unknown } | { readonly findings: readonly Finding[] };

/** Reads one plain YAML 1.2 document: no duplicate keys, no aliases, no tags, no control characters, valid UTF-8. */
export function readKeyringYaml(bytes: Uint8Array): YamlAnswer {
  const text = decode(bytes);
  if (text === undefined) return refused('not-utf8', 'is not UTF-8');
  if (CONTROLS.test(text)) return refused('control-character', 'holds control characters');
  if (hasTooMuch(text)) return refused('yaml-too-complex', `holds more than ${MAX_LEXEMES} words and marks`);
  try {
    return read(text);
  } catch (error) {
    // The parser is recursive: text that nests deep enough ends its stack.
    return refused('yaml-invalid', error instanceof Error ? error.message : String(error));
  }
}

function read(text: string): YamlAnswer {
  const lineCounter = new LineCounter();
  // What the library does by itself for pretty errors and unique keys takes minutes for a hostile file of 1 MiB.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const faults = [...document.errors, ...document.warnings, ...findDoubles(document)];
  if (faults.length === 0) return { value: document.toJS({ maxAliasCount: 0 }) };
  return { findings: faults.map((fault) => problem(fault.message, lineCounter.linePos(fault.pos[0]).line)) };
}

interface Fault {
  readonly message: string;
  readonly pos: readonly [number, number];
}

function findDoubles(document: Document.Parsed): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        if (seen.has(key.value)) faults.push({ message: 'Map keys must be unique', pos: [key.range?.[0] ?? 0, 0] });
        seen.add(key.value);
      }
    },
  });
  return faults;
}

function hasTooMuch(text: string): boolean {
  let lexemes = 0;
  for (const _lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) return true;
  }
  return false;
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(code: string, message: string): YamlAnswer {
  return { findings: [{ ...problem(message), code }] };
}

function problem(message: string, line?: number): Finding {
  const finding = { code: 'yaml-invalid', severity: 'error', path: 'trusted-keys.yaml', message } as const;
  return line === undefined ? finding : { ...finding, line };
}
