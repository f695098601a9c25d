import type { CST } from 'yaml';
import { loadYaml } from './load-library.js';

/** Deepest nesting of block and flow collections in a file. */
const MAX_DEPTH = 64;

/** Most words, marks and blanks of a file. A list item is four; reading this many takes a second. */
const MAX_LEXEMES = 200_000;

/**
 * The documents of a text as syntax trees, or in words which limit it breaks. It is left at once where it breaks one:
 * what a library does with the rest of a hostile file would take many seconds.
 *
 * @param onNewLine told of each line's offset
 */
export function parseYamlTokens(text: string, onNewLine: (offset: number) => void): readonly CST.Token[] | string {
  const { Lexer, Parser } = loadYaml();
  const parser = new Parser(onNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  onNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) return `expected at most ${MAX_LEXEMES} words and marks`;
    if (parser.stack.length > MAX_DEPTH && depthOf(parser.stack) > MAX_DEPTH)
      return `expected at most ${MAX_DEPTH} levels of nesting`;
  }
  tokens.push(...parser.end());
  return tokens;
}

/** The parser's stack also holds the document and the scalar that is being read. */
function depthOf(stack: readonly CST.Token[]): number {
  return stack.filter((token) => 'items' in token).length;
}
