import { type Node, type ParseError, parseTree } from 'jsonc-parser';

/** JSON as a tree that knows its lines. */
export interface ParsedJson {
  readonly root: Node;
  lineOf(node: Node): number;
}

/** Parses JSON without comments and without names that come twice; the reason as a phrase where it is none. */
export function parseJson(bytes: Uint8Array): ParsedJson | { readonly problem: string; readonly line: number } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const errors: ParseError[] = [];
    const root = parseTree(text, errors, { disallowComments: true });
    const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length;
    const [error] = errors;
    if (root === undefined || error !== undefined) return { problem: 'is no JSON', line: lineAt(error?.offset ?? 0) };
    const twice = findTwice(root);
    if (twice !== undefined) return { problem: 'has a name twice', line: lineAt(twice.offset) };
    return { root, lineOf: (node) => lineAt(node.offset) };
  } catch {
    // No UTF-8, or nested deeper than there is stack.
    return { problem: 'is no JSON in UTF-8 of a sensible depth', line: 1 };
  }
}

/** The value of a node; `__proto__` is a name as any other. */
export function plainValue(node: Node): unknown {
  if (node.type === 'object')
    return Object.fromEntries(membersOf(node).map(({ name, value }) => [name, plainValue(value)]));
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  return node.value;
}

/** Names and values of an object; none of anything else. */
export function membersOf(node: Node): { name: string; key: Node; value: Node }[] {
  if (node.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) => {
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), key, value }];
  });
}

function findTwice(node: Node): Node | undefined {
  const seen = new Set<string>();
  for (const { name, key } of membersOf(node)) {
    if (seen.has(name)) return key;
    seen.add(name);
  }
  for (const child of node.children ?? []) {
    const found = findTwice(child);
    if (found !== undefined) return found;
  }
  return undefined;
}
