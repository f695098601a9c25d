/** What {@link scanJson} saw. */
export interface JsonScan {
  /** Line of each key of the outermost object, from 1. */
  readonly lines: ReadonlyMap<string, number>;
  /** Keys that stand twice in one object. */
  readonly duplicates: readonly { readonly key: string; readonly line: number }[];
  readonly depth: number;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,\n]/g;

/**
 * Looks at what `JSON.parse` does not tell: keys that stand there twice, of which readers take different ones; how deep the
 * text nests; and where its keys are.
 *
 * @param text JSON that `JSON.parse` took
 */
export function scanJson(text: string): JsonScan {
  const lines = new Map<string, number>();
  const duplicates: JsonScan['duplicates'][number][] = [];
  const open: (Set<string> | undefined)[] = [];
  let [line, depth, string] = [1, 0, ''];
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') depth = Math.max(depth, open.push(token === '{' ? new Set() : undefined));
    else if (token === '}' || token === ']') open.pop();
    else if (token.startsWith('"')) string = token;
    else if (token === ':') {
      const key = String(JSON.parse(string));
      const seen = open.at(-1);
      if (seen?.has(key) === true) duplicates.push({ key, line });
      else seen?.add(key);
      if (open.length === 1 && !lines.has(key)) lines.set(key, line);
    }
  }
  return { lines, duplicates, depth };
}
