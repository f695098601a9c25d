import type { Token } from 'acorn';
import { lineOf } from './line-of.js';
import type { ModuleReference } from './module-reference.js';

const BEFORE_SPECIFIER: ReadonlySet<string> = new Set(['import', 'from', 'require', 'getBuiltinModule']);

/**
 * The modules that a file names, read from its tokens alone, as far as they can be read: for files that do not parse. Type-only
 * imports of TypeScript do not count.
 */
export async function tokenReferences(text: string): Promise<readonly ModuleReference[]> {
  const { tokenizer } = await import('acorn');
  const tokens = tokenizer(text, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true });
  const found: ModuleReference[] = [];
  const recent: Token[] = [];
  let typeOnly = false;
  try {
    for (let token = tokens.getToken(); token.type.label !== 'eof'; token = tokens.getToken()) {
      if (label(recent.at(-1)) === 'import') typeOnly = label(token) === 'type';
      const specifier: unknown = token.type.label === 'string' ? tokenValue(token) : undefined;
      if (typeof specifier === 'string' && !typeOnly && introduces(recent)) {
        found.push({ specifier, line: lineOf(text, token.start) });
      }
      recent.push(token);
      if (recent.length > 2) recent.shift();
    }
  } catch (error) {
    // Where the tokens stop being JavaScript, what was found before still counts.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return found;
}

function introduces(recent: readonly Token[]): boolean {
  const last = recent.at(-1);
  return BEFORE_SPECIFIER.has(label(last?.type.label === '(' ? recent.at(-2) : last) ?? '');
}

function label(token: Token | undefined): string | undefined {
  return token?.type.label === 'name' ? String(tokenValue(token)) : token?.type.keyword;
}

/** acorn's tokens carry a value that its types do not tell of. */
function tokenValue(token: Token): unknown {
  return 'value' in token ? token.value : undefined;
}
