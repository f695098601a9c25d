import type { Finding } from '@agentmesh/errors';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml';

/** Messages of the library that speak to programmers. */
const SAID_BETTER: ReadonlyMap<string, string> = new Map([
  ['MULTIPLE_DOCS', 'expected one document, found another one'],
]);

const MAX_LEXEMES = 200_000;
/** Each level is a pair and its value to the parser. */
const MAX_ANCESTORS = 128;
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** How a {@link PlainYaml} is read. */
export interface PlainYamlOptions {
  /** `failsafe` (the default) takes every scalar for text, as it stands in the file; `core` types them as YAML 1.2.2 does. */
  readonly schema?: 'core' | 'failsafe';
  /** Most words, marks and blanks of a file: 200,000. */
  readonly maxLexemes?: number;
  /** Code of the finding for a file that holds something else than a mapping: `yaml-invalid`. */
  readonly noMappingCode?: string;
}

/** A mapping that a file consists of. */
export interface PlainYaml {
  readonly document: Document;
  /** Undefined for a file without content. */
  readonly map: YAMLMap | undefined;
  /** Line of a node, from 1. */
  lineOf(node: unknown): number;
}

/**
 * Parses one of agentmesh's own files, which is to be one plain mapping: UTF-8, one document, no aliases, no tags, no key
 * twice, no control characters. Manifests, which other tools write too, have a reader of their own.
 *
 * @returns the file, or what is wrong with it
 */
export function parsePlainYaml(
  bytes: Uint8Array,
  { schema = 'failsafe', maxLexemes = MAX_LEXEMES, noMappingCode = 'yaml-invalid' }: PlainYamlOptions = {},
): PlainYaml | readonly Finding[] {
  const text = decode(bytes);
  if (text === undefined) return [finding('yaml-invalid', 'it is not UTF-8')];
  if (CONTROLS.test(text)) return [finding('yaml-invalid', 'it holds control characters')];
  if (hasMore(text, maxLexemes))
    return [finding('yaml-too-complex', `it holds more than ${maxLexemes} words and marks`)];
  try {
    return parse(text, { schema, noMappingCode });
  } catch (error) {
    // The parser is recursive: text that nests deep enough ends its stack.
    return [finding('yaml-invalid', error instanceof Error ? error.message : String(error))];
  }
}

function parse(
  text: string,
  { schema, noMappingCode }: Required<Pick<PlainYamlOptions, 'schema' | 'noMappingCode'>>,
): PlainYaml | readonly Finding[] {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  // What the library does by itself for pretty errors and unique keys takes minutes for a hostile file of 1 MiB.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema } as const;
  const document = parseDocument(text, options);
  const faults = [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
    return finding('yaml-invalid', SAID_BETTER.get(code) ?? message, lineAt(pos[0]));
  });
  faults.push(...findOddities(document, lineAt));
  if (faults.length > 0) return faults;
  const { contents } = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === '');
  if (!isEmpty && !isMap(contents)) return [finding(noMappingCode, 'expected keys and values')];
  const lineOf = (node: unknown): number => lineAt((node as Partial<Node> | undefined)?.range?.[0] ?? 0);
  return { document, map: isMap(contents) ? contents : undefined, lineOf };
}

function findOddities(document: Document, lineAt: (offset: number) => number): readonly Finding[] {
  const faults: Finding[] = [];
  const add = (message: string, node: Node): void => {
    faults.push(finding('yaml-invalid', message, lineAt(node.range?.[0] ?? 0)));
  };
  visit(document, {
    Node(_key, node, ancestors) {
      if (ancestors.length > MAX_ANCESTORS) {
        add('it nests too deep', node);
        return visit.BREAK;
      }
      if (isAlias(node) || node.anchor !== undefined) add('anchors and aliases have no place here', node);
      else if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:'))
        add('tags have no place here', node);
      return undefined;
    },
    Map(_key, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key)) add('expected text as a key', map);
        else if (seen.has(key.value)) add('a key stands there twice', key);
        else seen.add(key.value);
      }
    },
  });
  return faults;
}

function hasMore(text: string, most: number): boolean {
  let lexemes = 0;
  for (const _lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > most) return true;
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

function finding(code: string, message: string, line?: number): Finding {
  const problem = { code, severity: 'error', path: '', message } as const;
  return line === undefined ? problem : { ...problem, line };
}
